"""What does the child's file tree look like? Steps that bubblewrap, our own mounts or Landlock carry out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .view import View, interpreter

Kind = Literal["read", "link", "device", "hide", "write"]
SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "nix/store")
# Of /etc only what finding libraries and local time takes: no users, no keys, no names of machines.
ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone")
DEVICES = ("null", "zero", "full", "random", "urandom")
ROOT = Path("/")


@dataclass(frozen=True)
class Step:
    kind: Kind
    target: str
    source: str = ""


def tree(view: View) -> list[Step]:
    """In the order in which they are to be made. Raises ValueError for a folder that would show everything."""
    steps = [*_system(), Step("write", scratch_in(view))]
    for path in sorted({view.folder.absolute(), *(one.absolute() for one in (*view.readable, *_ours()))}):
        if not path.exists():
            continue
        if path.resolve() == ROOT:
            raise ValueError("the root of the machine cannot be what a confined program may read")
        # by the name it was given, and by its real one: programs use both
        steps += [Step("read", str(at), str(path.resolve())) for at in dict.fromkeys((path, path.resolve()))]
    steps = _without_the_covered(steps)
    return steps + [Step("hide", str(one)) for one in _hidden(view)]


def scratch_in(view: View) -> str:
    """Where its private folder is to be; /tmp, unless that is what it reads."""
    taken = {one.resolve() for one in (view.folder, *view.readable)}
    return "/run/scratch" if Path("/tmp").resolve() in taken else "/tmp"


def _system() -> list[Step]:
    steps = []
    for path in (ROOT / name for name in SYSTEM):
        if path.is_symlink():
            steps.append(Step("link", str(path), str(path.readlink())))
        elif path.is_dir():
            steps.append(Step("read", str(path), str(path)))
    for path in (ROOT / "etc" / name for name in ETC):
        if path.exists():
            steps.append(Step("read", str(path), str(path.resolve())))
    return steps + [Step("device", f"/dev/{name}", f"/dev/{name}") for name in DEVICES]


def _ours() -> tuple[Path, ...]:
    """What the last steps inside are run with: the interpreter, and this room with what it imports."""
    package = Path(__file__).parents[1]
    return (*interpreter(), package / "__init__.py", package / "model", package / "sandbox")


def _without_the_covered(steps: list[Step]) -> list[Step]:
    """A folder inside one that is shown already, at the same place, is no step of its own."""
    kept: list[Step] = []
    for step in steps:
        above = [one for one in kept if one.kind == "read" and Path(step.target).is_relative_to(one.target)]
        nearest = max(above, key=lambda one: len(one.target), default=None)
        if step.kind == "read" and nearest is not None:
            inside = Path(nearest.source) / Path(step.target).relative_to(nearest.target)
            if inside == Path(step.source) or inside.resolve() == Path(step.source):
                continue
        kept.append(step)
    return kept


def _hidden(view: View) -> list[Path]:
    """Under both names of the folder; a link is nothing to hide, what it leads to is."""
    folder, found = view.folder.absolute(), []
    for one in view.hidden:
        inside = one.absolute()
        for at in dict.fromkeys((inside, inside.resolve(), folder.resolve() / inside.relative_to(folder))):
            if at.exists() and not at.is_symlink() and _within(at, folder):
                found.append(at)
    return list(dict.fromkeys(found))


def _within(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) or path.is_relative_to(folder.resolve())
