"""What does a git revision hold of what judges a project?"""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from ultrastack.model.place import Place, Problem, Refused

# Folder -> endings of the files in it that decide what is said; its pages decide nothing
JUDGES: Mapping[str, tuple[str, ...]] = {"policies": (".py", ".yaml"), "catalog.local": (".csv",)}
TAKEN = (*JUDGES, "stacks", "examples")
SECONDS = 120


def take(root: Path, revision: str, into: Path) -> None:
    """Writes these folders of the project as they are in a commit, branch or tag; raises Refused."""
    commit = _commit(root, revision)
    listed = _git(root, "ls-tree", "-z", "--name-only", commit)
    there = [name for name in TAKEN if name in listed.stdout.decode("utf-8", "replace").split("\0")]
    if not there:
        return
    packed = _git(root, "archive", "--format=tar", commit, "--", *there)
    if packed.returncode:
        raise _refused(revision, f"git cannot read it: {_said(packed)}", "git fsck")
    try:
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(into, filter="data")  # no link leads out of the folder
    except tarfile.FilterError as e:
        what = f"{e.tarinfo.name} of the revision is a link that leads out of the project"
        raise _refused(revision, what, "write the file itself there") from None


def file_at(root: Path, revision: str, name: str) -> bytes | None:
    """The content of one file of the project; None where the revision has none."""
    found = _git(root, "show", f"{_commit(root, revision)}:./{name}")
    return None if found.returncode else found.stdout


def _commit(root: Path, revision: str) -> str:
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if b"not a git repository" in inside.stderr:
        raise _refused(revision, f"{root.resolve().name} is not in a git repository", "leave out --rules-from")
    if inside.returncode:  # somebody else's folder, as in a container
        raise _refused(revision, f"git cannot read {root.resolve().name}: {_said(inside)}", "git status")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode or not revision.strip():
        fix = "git fetch, or name a commit, a branch or a tag that is here: git branch --all"
        raise _refused(revision, "there is no such revision here", fix)
    return found.stdout.decode().strip()


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(root), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise _refused("", "git is not installed", "install git, or leave out --rules-from") from None
    except subprocess.TimeoutExpired:
        raise _refused("", f"git has not answered for {SECONDS} s", "git status") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "no reason given"


def _refused(revision: str, what: str, fix: str) -> Refused:
    return Refused(Problem(Place(f"--rules-from {revision}".strip()), what, fix))
