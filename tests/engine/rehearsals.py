"""A project whose stack exists already, and `ultrastack rehearse` as its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .real_cli import ROOT

EXPORTS = Path(__file__).parent / "exports"
COMMAND = str(Path(sys.executable).with_name("ultrastack"))
Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Case:
    """One rehearsal: what is different from the export, and what is asked."""

    stack: str = "training"
    edits: tuple[tuple[str, str], ...] = ()  # old -> new, of the stack file
    words: tuple[str, ...] = ()
    export: Edit | None = None  # of its copy, before
    files: dict[str, str] = field(default_factory=dict)  # further ones of the project


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str
    folder: Path
    written: frozenset[str]  # files of the project that are new or others than before

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


def project_of(case: Case, folder: Path) -> Path:
    """The stack file as the export has it, but for the case's edits."""
    (folder / "stacks").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    (folder / "components").symlink_to(ROOT / "components")
    (folder / ".venv").symlink_to(sys.prefix)
    text = (EXPORTS / f"{case.stack}.yaml").read_text()
    for old, new in case.edits:
        assert old in text, f"exports/{case.stack}.yaml has no {old!r} any more: change this test with it"
        text = text.replace(old, new)
    (folder / "stacks" / f"{case.stack}.yaml").write_text(text)
    export = json.loads((EXPORTS / f"{case.stack}.json").read_text())
    if case.export is not None:
        case.export(export)
    (folder / "export.json").write_text(json.dumps(export))
    for name, content in case.files.items():
        (folder / name).write_text(content)
    return folder


def environment(cli: Path, folder: Path) -> dict[str, str]:
    """With a credential that must not arrive, and a folder for temporary files that must be empty afterwards."""
    temporary = folder.with_name(f"{folder.name}-tmp")
    temporary.mkdir(exist_ok=True)
    path = os.pathsep.join([str(cli.parent), "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": "/nonexistent", "TMPDIR": str(temporary), "AWS_SECRET_ACCESS_KEY": "hunter2"}


def rehearse(cli: Path, folder: Path, case: Case) -> Done:
    project = project_of(case, folder)
    before = contents(project)
    done = subprocess.run(
        [COMMAND, "rehearse", case.stack, "--state", "export.json", *case.words],
        cwd=project,
        env=environment(cli, folder),
        capture_output=True,
        text=True,
        check=False,
    )
    after = contents(project)
    written = frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))
    return Done(done.returncode, done.stdout, done.stderr, folder, written)


def contents(folder: Path) -> dict[str, bytes]:
    """Without what the links of the project lead to."""
    files = [Path(top, name) for top, _, names in os.walk(folder) for name in names]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def left_in(folder: Path) -> list[str]:
    """What is left in the folder for temporary files."""
    return sorted(one.name for one in folder.with_name(f"{folder.name}-tmp").iterdir())


def processes_of(folder: Path) -> list[str]:
    """Processes that were started with this folder for temporary files."""
    mark = f"TMPDIR={folder.with_name(f'{folder.name}-tmp')}".encode()
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                if mark in (one / "environ").read_bytes():
                    found.append((one / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found
