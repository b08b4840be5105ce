"""Which components are there, and where is the class behind a word?

A word is a file: `aws.fsx_lustre` is components/aws/fsx_lustre.py with the class FsxLustre. Nothing is imported until a
class is asked for, so that `list` and completion are quick.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
import types
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TOOLKIT = "ultrastack.components"
GROUP = "ultrastack.components"  # entry points of installed packages; each names a package of components


class BrokenComponent(Exception):
    """A component's file cannot be loaded; the words say where and why."""


@dataclass(frozen=True)
class ComponentEntry:
    """One component, not loaded yet."""

    word: str  # aws.fsx_lustre
    file: Path
    package: str  # of the components that it is among

    @property
    def cloud(self) -> str:
        return self.word.partition(".")[0]

    @property
    def class_name(self) -> str:
        """fsx_lustre -> FsxLustre"""
        return "".join(part[:1].upper() + part[1:] for part in self.word.partition(".")[2].split("_"))

    def load(self) -> Any:
        """The class; BrokenComponent if there is none."""
        try:
            module = importlib.import_module(f"{self.package}.{self.word}")
        except Exception as e:  # whatever a component's file does when it is loaded
            raise BrokenComponent(_why(e, self.file)) from e
        found = getattr(module, self.class_name, None)
        if not isinstance(found, type):
            raise BrokenComponent(f"its file defines no class {self.class_name}")
        missing = [n for n in ("token", "cloud", "Args", "roles", "declared_outputs") if not hasattr(found, n)]
        if missing:
            raise BrokenComponent(f"its class {self.class_name} has no '{missing[0]}'; it must extend Component")
        return found


def find_components(root: Path) -> Mapping[str, ComponentEntry]:
    """Word -> component, by name: the project's own before the toolkit's, these before installed packages."""
    found: dict[str, ComponentEntry] = {}
    seen: set[Path] = set()
    for package, folder in _places(root):
        real = folder.resolve()
        if real in seen:
            continue
        seen.add(real)
        for entry in _entries(package, folder):
            found.setdefault(entry.word, entry)
    return dict(sorted(found.items()))


def _places(root: Path) -> Iterator[tuple[str, Path]]:
    own, toolkit = root / "components", _folder(TOOLKIT)
    if own.is_dir():
        if toolkit is not None and own.resolve() == toolkit.resolve():
            yield TOOLKIT, own  # this very repository: one module, not two
        else:
            yield _project_package(own.resolve()), own
    if toolkit is not None:
        yield TOOLKIT, toolkit
    for name in _installed():
        if (folder := _folder(name)) is not None:
            yield name, folder


def _entries(package: str, folder: Path) -> Iterator[ComponentEntry]:
    for file in sorted(folder.glob("*/*.py")):
        cloud, name = file.parent.name, file.stem
        if not name.startswith("_") and cloud.isidentifier() and name.isidentifier():
            yield ComponentEntry(f"{cloud}.{name}", file, package)


def _folder(package: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(package)  # imports the parents only
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or []) if spec is not None else []
    return Path(places[0]) if places else None


@lru_cache(1)
def _installed() -> tuple[str, ...]:
    from importlib.metadata import entry_points  # reads every installed distribution's metadata

    return tuple(sorted({e.value for e in entry_points(group=GROUP)}))


def _project_package(folder: Path) -> str:
    """A package name of its own for each project, so that two of them live in one process (planner, tests)."""
    name = f"ultrastack_project_{zlib.crc32(str(folder).encode()):08x}"
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name


def _why(error: Exception, file: Path) -> str:
    """The error and the line of the component's file that it came from."""
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno} of its file)"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == file.resolve()]
    where = f" (line {lines[-1]} of its file)" if lines else ""
    return f"{type(error).__name__}: {error}{where}"
