"""What does a git revision of a project hold, and which one is meant?"""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from ultrastack.model.place import Place, Problem, Refused

# Folder -> endings of the files in it that decide what is said; its pages decide nothing
JUDGES: Mapping[str, tuple[str, ...]] = {"policies": (".py", ".yaml"), "catalog.local": (".csv",)}
OF_RULES = (*JUDGES, "stacks", "examples")
# Branches that others are merged into, in full: a tag `origin/main`, which comes with a fork's commits, goes first
MAIN = ("remotes/origin/HEAD", "remotes/origin/main", "remotes/origin/master", "heads/main", "heads/master")
SECONDS = 120
RULES_FROM, AGAINST = "--rules-from", "--against"


def take(root: Path, revision: str, into: Path, folders: Sequence[str] = (), option: str = RULES_FROM) -> None:
    """Writes these folders of the project, none: all of it, as they are in a commit, branch or tag; raises Refused."""
    commit = commit_of(root, revision, option)
    there: list[str] = []
    if folders:
        listed = _git(root, "ls-tree", "-z", "--name-only", commit, option=option)
        there = [name for name in folders if name in listed.stdout.decode("utf-8", "replace").split("\0")]
        if not there:
            return
    packed = _git(root, "archive", "--format=tar", commit, "--", *(there or ["."]), option=option)
    if packed.returncode:
        raise _refused(option, revision, f"git cannot read it: {_said(packed)}", "git fsck")
    try:
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(into, filter="data")  # no link leads out of the folder
    except tarfile.FilterError as e:
        what = f"{e.tarinfo.name} of the revision is a link that leads out of the project"
        raise _refused(option, revision, what, "write the file itself there") from None


def file_at(root: Path, revision: str, name: str, option: str = RULES_FROM) -> bytes | None:
    """The content of one file of the project; None where the revision has none."""
    found = _git(root, "cat-file", "blob", f"{commit_of(root, revision, option)}:./{name}", option=option)
    return None if found.returncode else found.stdout


def tree_of(root: Path, commit: str) -> str:
    """What git calls the content of the project's folder: two commits with the same one are the same project."""
    return _git(root, "rev-parse", f"{commit}:./", option=AGAINST).stdout.decode().strip()


def is_untracked(root: Path, name: str) -> bool:
    """A file that git does not keep, such as the config of a stack that everybody has for himself."""
    return bool(_git(root, "ls-files", "--error-unmatch", "--", name, option=AGAINST).returncode)


def fork_point(root: Path) -> tuple[str, str]:
    """The commit where this branch has left the main one, and the main branch's name; raises Refused."""
    commit_of(root, "HEAD", AGAINST)
    for name in MAIN:
        branch = f"refs/{name}"
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}", option=AGAINST)
        if found.returncode:
            continue
        base = _git(root, "merge-base", "HEAD", branch, option=AGAINST)
        if base.returncode:
            what = f"git does not know where this branch has left {_short_name(root, branch)}"
            fix = "git fetch --unshallow (in a workflow: fetch-depth: 0), or name a revision with --against"
            raise _refused(AGAINST, "", what, fix)
        return base.stdout.decode().strip(), _short_name(root, branch)
    raise _refused(AGAINST, "", "there is no main branch here to compare with", "name a revision: --against REV")


def _short_name(root: Path, branch: str) -> str:
    """origin/main, of refs/remotes/origin/HEAD."""
    found = _git(root, "rev-parse", "--abbrev-ref", branch, option=AGAINST)
    return found.stdout.decode().strip() or branch


def commit_of(root: Path, revision: str, option: str = RULES_FROM) -> str:
    """The full name of a commit, branch or tag; raises Refused, also for a name that means two things."""
    inside = _git(root, "rev-parse", "--absolute-git-dir", option=option)
    if b"not a git repository" in inside.stderr:
        what = f"{root.resolve().name} is not in a git repository"
        raise _refused(option, revision, what, f"leave out {option}" if option == RULES_FROM else "git init")
    if inside.returncode:  # somebody else's folder, as in a container
        raise _refused(option, revision, f"git cannot read {root.resolve().name}: {_said(inside)}", "git status")
    repository = Path(os.fsdecode(inside.stdout.removesuffix(b"\n")))
    if root.resolve().is_relative_to(repository.resolve()):  # its config could name programs that git runs
        what = f"git takes the folder {repository.name} itself for a repository, which anybody may have committed"
        raise _refused(option, revision, what, "take HEAD, objects and refs out of that folder")
    found = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", option=option)
    if found.returncode or not revision.strip():
        fix = "git fetch, or name a commit, a branch or a tag that is here: git branch --all"
        raise _refused(option, revision, "there is no such revision here", fix)
    if b"is ambiguous" in found.stderr:  # a fork's tag, named as our branch or as the first digits of our commit
        raise _refused(option, revision, "git knows several things of that name", "name it in full: refs/heads/main")
    return found.stdout.decode().strip()


def _git(root: Path, *words: str, option: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-c", "core.warnAmbiguousRefs=true", "-C", str(root), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise _refused(option, "", "git is not installed", f"install git, or leave out {option}") from None
    except subprocess.TimeoutExpired:
        raise _refused(option, "", f"git has not answered for {SECONDS} s", "git status") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "no reason given"


def _refused(option: str, revision: str, what: str, fix: str) -> Refused:
    return Refused(Problem(Place(f"{option} {revision}".strip()), what, fix))
