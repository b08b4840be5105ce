"""How does a file of a cloud's SDK get the classes of arguments and results that it names, and no others?

A service's `_inputs.py` and `outputs.py` have up to 3,300 classes, of which one resource needs some twenty. They are
made one at a time, of their source: compiling twenty takes less time than running the byte code of all.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

# A class; or, with no name, anything else that begins at the left margin, which is then not as the generator writes it.
_CLASS = re.compile(rb"\n(?:(?:@pulumi\.\w+\n)?class (\w+)[^\n]*:\n|\S)")
_ALL = re.compile(rb"^__all__ = \[\n(.*?)^\]\n", re.M | re.S)
_NAME = re.compile(rb"^    '(\w+)',\n", re.M)
_WORD = re.compile(r"\w+")


class FileLoader(SourceFileLoader):
    """Loads one file of a service, and remembers which classes of `_inputs` it may need."""

    needs: frozenset[str] = frozenset()

    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        if code is not None:
            self.needs = frozenset(_words(code))
        return code


class ClassesLoader(SourceFileLoader):
    """Loads `_inputs` or `outputs` as far as its first class, and makes a class when it is asked for."""

    def exec_module(self, module: ModuleType) -> None:
        source = self.get_data(self.path)
        classes = classes_of(source)
        if classes is None:
            super().exec_module(module)
            return
        head = source[: source.index(next(iter(classes.values())))]
        exec(_compiled(head, self.path), module.__dict__)
        self.classes = classes
        self.exported: list[str] = module.__dict__.pop("__all__")
        self.lock = threading.RLock()
        module.__class__ = Classes

    def make(self, module: ModuleType, names: Iterable[str]) -> None:
        """The classes, and all that their annotations name: Pulumi looks for these in the module's own dictionary."""
        with self.lock:
            todo = list(names)
            made: dict[str, Any] = {}
            while todo:
                name = todo.pop()
                if name in self.classes and name not in made and name not in module.__dict__:
                    code = _compiled(self.classes[name], f"<{name} of {self.path}>")
                    exec(code, module.__dict__, made)
                    todo += _words(code)
            module.__dict__.update(made)  # at once, so that no other thread sees half of them

    def make_all(self, module: ModuleType) -> None:
        with self.lock:
            if not self.classes.keys() & module.__dict__.keys():
                super().exec_module(module)  # nothing is there yet that must stay the same class
            else:
                self.make(module, self.exported)
                module.__dict__["__all__"] = self.exported
            module.__class__ = ModuleType


class Classes(ModuleType):
    """The `_inputs` or `outputs` of a service, of which only what was asked for is made."""

    def __getattr__(self, name: str) -> Any:
        loader = _loader(self)
        if name == "__all__":
            asks = sys._getframe(1).f_globals.get("__loader__")
            if isinstance(asks, FileLoader):  # `from ._inputs import *` in the file of a resource
                return [one for one in loader.exported if one in asks.needs]
            loader.make_all(self)
        elif name in loader.classes:
            loader.make(self, [name])
        if name in self.__dict__:
            return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> Iterable[str]:
        _loader(self).make_all(self)
        return dir(self)


def classes_of(source: bytes) -> dict[str, bytes] | None:
    """Each class and its source; None if anything else stands among them, or if `__all__` has other names."""
    said = _ALL.search(source)
    found = list(_CLASS.finditer(source, said.end() - 1)) if said is not None else []
    if said is None or not found:
        return None
    ends = [*(one.start() for one in found[1:]), len(source)]
    classes = {one[1]: source[one.start() : end] for one, end in zip(found, ends, strict=True)}
    if None in classes or len(classes) < len(found) or classes.keys() != set(_NAME.findall(said[1])):
        return None
    return {name.decode(): text for name, text in classes.items()}


def exported(file: ModuleType) -> Iterable[str]:
    """What a file of a service exports, asked so that no class is made."""
    names: Iterable[str] = _loader(file).classes if isinstance(file, Classes) else getattr(file, "__all__", ())
    return names


def _loader(module: ModuleType) -> Any:
    return module.__spec__.loader if module.__spec__ is not None else None


def _compiled(source: bytes, name: str) -> CodeType:
    code: CodeType = compile(source, name, "exec", dont_inherit=True)  # not with this file's `annotations`
    return code


def _words(code: CodeType) -> set[str]:
    """Every name that running the code, or reading its annotations, may ask for; a few too many do no harm."""
    found = set(code.co_names)
    for one in code.co_consts:
        if isinstance(one, CodeType):
            found |= _words(one)
        elif isinstance(one, str) and "\n" not in one:  # no docstring
            found.update(_WORD.findall(one))
    return found
