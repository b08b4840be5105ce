"""Where does a rehearsal live? In a folder of its own, which is gone afterwards, however it ends.

It runs the user's program where it lies, with a project file, a config, a backend and a home of its own, so that
nothing of the user's project is written and no credential is near.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import yaml

from ...model.place import Place, Problem, Refused
from ..encrypted import PLACEHOLDER
from ..rehearsal.install import install
from .cli import minimal_path

KEPT = ("name", "description", "config")  # of Pulumi.yaml; providers, packages and backends are the rehearsal's own
ENDING = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """Somebody asked this process to end; it does, once everything is tidy."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


@contextmanager
def private_folder() -> Iterator[Path]:
    """Readable by nobody else. Removed after an error, Ctrl-C and SIGTERM too; only SIGKILL leaves it.

    Raises Refused where it cannot be made or has no room, Ended for a SIGTERM.
    """
    where = tempfile.gettempdir() if _can_make() else None
    if where is None:
        raise Refused(_no_room(os.environ.get("TMPDIR", "/tmp"), "no folder for temporary files can be written"))
    with _ending():
        folder = Path(tempfile.mkdtemp(prefix="ultrastack-rehearsal-"))
        try:
            yield folder
        except OSError as e:
            if e.filename is not None and not Path(str(e.filename)).is_relative_to(folder):
                raise
            raise Refused(_no_room(where, e.strerror or str(e))) from None
        finally:
            with _undisturbed():
                _remove(folder)


@dataclass(frozen=True)
class Program:
    """The user's program as the private project sees it."""

    root: Path  # of the user's project
    stack: str
    name: str  # of the project
    project: Mapping[str, Any]  # Pulumi.yaml
    config: Mapping[str, Any] = field(default_factory=dict)  # of the stack
    secrets: tuple[str, ...] = ()  # their paths

    @classmethod
    def read(cls, root: Path, stack: str) -> Program:
        """The files have been read by the offline engine before, which refuses what cannot be used."""
        project = _yaml(root / "Pulumi.yaml")
        config = _yaml(root / str(project.get("stackConfigDir") or ".") / f"Pulumi.{stack}.yaml").get("config") or {}
        paths = tuple(path for key, value in config.items() for path in _secret_paths(key, value))
        return cls(root, stack, str(project["name"]), project, config, paths)

    @property
    def main(self) -> Path:
        return (self.root / str(self.project.get("main", "."))).resolve()


@dataclass(frozen=True)
class Private:
    """The folder, once it is filled."""

    folder: Path
    cli: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def answers(self) -> Path:
        """A copy of the recorded answers, which the providers read."""
        return self.folder / "answers.json"

    def fill(self, program: Program) -> None:
        for name in ("project", "config", "home", "backend", "tmp"):
            (self.folder / name).mkdir()
        install(self.folder / "providers")
        kept = {key: program.project[key] for key in KEPT if key in program.project}
        runtime = {"name": "python", "options": {"toolchain": "pip", **_virtualenv(program)}}
        own = {"main": str(program.main), "runtime": runtime, "stackConfigDir": "../config"}
        (self.project / "Pulumi.yaml").write_text(_dumped(kept | own), encoding="utf-8")
        if program.config:
            file = self.folder / "config" / f"Pulumi.{program.stack}.yaml"
            file.write_text(_dumped({"config": _covered(program.config)}), encoding="utf-8")

    def other(self, project: str) -> Path:
        """The folder of another project, whose stacks are referred to."""
        folder = self.folder / "others" / project
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / "Pulumi.yaml").write_text(_dumped({"name": project, "runtime": "python", "stackConfigDir": "."}))
        return folder

    def salt(self, project: Path, stack: str) -> str:
        """Of the passphrase that the copy's secrets are encrypted with; `stack init` makes it up."""
        config = project / str(_yaml(project / "Pulumi.yaml").get("stackConfigDir"))
        return str(_yaml(config / f"Pulumi.{stack}.yaml").get("encryptionsalt", ""))

    def env(self, **more: str) -> dict[str, str]:
        """Built from nothing, so that no credential of whoever rehearses reaches the program."""
        return {
            "PATH": minimal_path(self.cli, self.folder / "providers"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "PULUMI_HOME": str(self.folder / "home" / "pulumi"),
            "PULUMI_BACKEND_URL": (self.folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PYTHONDONTWRITEBYTECODE": "1",  # nothing is written into the user's project
            **more,
        }


def secret_words(program: Program) -> list[str]:
    """Arguments of `pulumi config set-all --path` that give every secret a placeholder."""
    return [word for path in program.secrets for word in ("--secret", f"{path}={PLACEHOLDER}")]


def _virtualenv(program: Program) -> dict[str, str]:
    """The project's own, else the one that runs this."""
    runtime = program.project.get("runtime")
    options = runtime.get("options") if isinstance(runtime, Mapping) else None
    named = options.get("virtualenv") if isinstance(options, Mapping) else None
    found = (program.root / named).absolute() if named else None
    if found is not None and (found / "bin" / "python").exists():
        return {"virtualenv": str(found)}
    return {"virtualenv": sys.prefix} if sys.prefix != sys.base_prefix else {}


def _secret_paths(key: str, value: Any) -> Iterator[str]:
    """In Pulumi's notation for config: db:users[0].password."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            yield key
            return
        for name, inner in value.items():
            yield from _secret_paths(f"{key}[{json.dumps(str(name))}]", inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _secret_paths(f"{key}[{i}]", inner)


def _covered(value: Any) -> Any:
    """With a placeholder for each secret, which `config set-all` marks as one."""
    if isinstance(value, Mapping):
        return PLACEHOLDER if set(value) == {"secure"} else {k: _covered(v) for k, v in value.items()}
    return [_covered(v) for v in value] if isinstance(value, list) else value


def _yaml(file: Path) -> dict[str, Any]:
    found = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found if isinstance(found, dict) else {}


def _dumped(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True)


def _can_make() -> bool:
    with suppress(OSError):  # what tempfile raises when no folder can be written
        tempfile.gettempdir()
        return True
    return False


def _no_room(where: str, why: str) -> Problem:
    return Problem(Place(where), f"{why}; this needs a private folder", "free space, or set TMPDIR")


def _remove(folder: Path) -> None:
    for _ in range(2):  # a killed engine's last file may appear while its folder is emptied
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    print(f"{folder} could not be removed; remove it by hand", file=sys.stderr)


@contextmanager
def _ending() -> Iterator[None]:
    """A request to end becomes an exception, so that whatever has been started is ended in order."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread hears signals
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        raise Ended(number)

    before = {one: signal.signal(one, end) for one in ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not stop the tidying."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, *ENDING)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
