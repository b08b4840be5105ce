"""How does a program load only the resources it makes, when a cloud's SDK loads a whole service for the first of them?

`gcp.compute.Network` makes the SDK run 280 files and 3,300 classes of arguments. Installed before `pulumi_aws` and
`pulumi_gcp` are imported, this makes each service a module that imports a resource's file when the resource is asked
for; `lazy_classes` does the same inside its `_inputs` and `outputs`. What is not as the SDK's generator writes it, and
a name that nobody knows, goes the ordinary way: the service is then loaded whole, into the same module.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from .lazy_classes import ClassesLoader, FileLoader, exported

SDKS = ("pulumi_aws", "pulumi_gcp")
SWITCH = "ULTRASTACK_LAZY_SDK"  # 0: load the SDKs as they come

# The files of a service, as its __init__.py loads them, and the other lines that may stand there.
_STAR = re.compile(r"from \.(\w+) import \*")
_OTHER = {"import builtins as _builtins", "from .. import _utilities", "import typing", "from . import outputs"}
_ALL = re.compile(r"^__all__ = \[(.*?)\]", re.M | re.S)
_HEAD = 8192  # bytes: a file of a service says its __all__ after its imports, within the first 1,000


def install() -> None:
    """Services imported from now on are lazy; those that are there already stay what they are."""
    if os.environ.get(SWITCH) != "0" and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds what the ordinary finder finds, and gives it a loader of ours."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        sdk, _, rest = name.partition(".")
        if sdk not in SDKS or not rest:
            return None
        service, _, file = rest.partition(".")
        if file and not isinstance(sys.modules.get(f"{sdk}.{service}"), _Service):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:  # zipped, frozen: not ours
            return None
        if not file:
            kind: type[SourceFileLoader] = _ServiceLoader if spec.submodule_search_locations else SourceFileLoader
        else:
            kind = ClassesLoader if file in ("_inputs", "outputs") else FileLoader
        spec.loader = kind(name, spec.loader.path)
        return spec


class _ServiceLoader(SourceFileLoader):
    """Loads pulumi_gcp.compute without running its `__init__.py`."""

    homes: Mapping[str, str]  # name -> the file that it is from; files themselves too

    def exec_module(self, module: ModuleType) -> None:
        homes = homes_of(Path(self.path))
        if homes is None:
            super().exec_module(module)
            return
        self.homes = homes
        module.__class__ = _Service


class _Service(ModuleType):
    """A service of which only what was asked for is loaded."""

    @property
    def _loader(self) -> Any:
        return self.__spec__.loader if self.__spec__ is not None else None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        home = self._loader.homes.get(name)
        if home is None and "_inputs" in self._loader.homes and not name.startswith("_"):
            home = "_inputs" if name in exported(importlib.import_module(f"{self.__name__}._inputs")) else None
        if home is not None:
            self._publish(home, name)
            return self.__dict__[name]
        self._load_whole()
        return getattr(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """The import system binds a file to its name; where the file exports that name, this is what it must mean."""
        if isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}":
            self._publish(name, name)
        else:
            super().__setattr__(name, value)

    def __dir__(self) -> Iterable[str]:
        self._load_whole()
        return dir(self)

    def _publish(self, home: str, name: str) -> None:
        file = importlib.import_module(f"{self.__name__}.{home}")
        self.__dict__[name] = getattr(file, name) if name != home or name in exported(file) else file

    def _load_whole(self) -> None:
        for file in ("_inputs", "outputs"):  # first, since whole and at once is the quickest way
            if file in self._loader.homes:
                dir(importlib.import_module(f"{self.__name__}.{file}"))
        SourceFileLoader.exec_module(self._loader, self)
        self.__class__ = ModuleType  # type: ignore[assignment]  # from now on an ordinary module


def homes_of(init: Path) -> dict[str, str] | None:
    """Where each name of a service is from, later files first, as star imports have it; None: not understood."""
    homes: dict[str, str] = {}
    for line in init.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if star := _STAR.fullmatch(line):
            file = star[1]
            homes[file] = file
            if file == "_inputs":
                continue  # knows its own names
            try:
                with (init.parent / f"{file}.py").open(encoding="utf-8", errors="ignore") as opened:
                    said = _ALL.search(opened.read(_HEAD))
            except OSError:
                return None
            if said is None:
                return None
            homes |= dict.fromkeys(re.findall(r"'(\w+)'", said[1]), file)
        elif line == "from . import outputs":
            homes["outputs"] = "outputs"
        elif line and line not in _OTHER:
            return None
    return homes
