"""Which inputs does the installed SDK know for a type, and of which kind? Read from its source, not imported.

Importing the class of one resource costs up to a second; finding its few lines in the SDK's generated files costs
milliseconds. A getter says all there is to know: the name on the wire, the type, and whether it may be left out.
"""

from __future__ import annotations

import ast
import difflib
import mmap
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

PACKAGES = {"aws": "pulumi_aws", "gcp": "pulumi_gcp"}

Kind = Literal["text", "whole number", "number", "flag", "list", "mapping", "block", "asset", "anything"]
_PLAIN: Mapping[str, Kind] = {"str": "text", "int": "whole number", "float": "number", "bool": "flag"}
_ASSETS = {"Asset", "Archive"}
_BLOCK_FILES = ("_inputs.py", "outputs.py", "_enums.py", "__init__.py", "_utilities.py")

_ARGUMENTS = re.compile(rb"\n@pulumi\.input_type\nclass (?!_)(\w+):\n")
_RESOURCE = re.compile(rb"\nclass \w+\(pulumi\.CustomResource\):\n")
_GETTER = re.compile(
    r'    @pulumi\.getter(?:\(name="(\w+)"\))?\n((?:    @.*\n(?:        .*\n)*)*)    def (\w+)\(self\) -> (.+):\n'
)
_OPTIONAL = re.compile(r"(pulumi\.Input\[)?Optional\[")
_OWN_TOKEN = re.compile(rb"super\(\w+, __self__\)\.__init__\(\s*'([^']+)'")
_TOKEN = re.compile(r'^   "([^"]+)": "(\w+)"', re.M)


@dataclass(frozen=True)
class Type:
    kind: Kind
    of: Type | None = None  # what a list or a mapping is of
    block: tuple[Path, str] | None = None  # the file and the class of a block


@dataclass(frozen=True)
class Input:
    type: Type
    required: bool
    deprecated: bool


ANYTHING = Type("anything")


@cache
def inputs_of(token: str) -> Mapping[str, Input] | None:
    """Name on the wire -> what the SDK says; None: it has no such type."""
    home = _home(token)
    if home is None:
        return None
    found = _ARGUMENTS.search(_source(home))
    return _members(home, found[1].decode()) if found is not None else None


@cache
def outputs_of(token: str) -> frozenset[str]:
    """Names on the wire of what a resource has once it is there, its inputs too; empty: there is no such type."""
    home = _home(token)
    found = _RESOURCE.search(source := _source(home)) if home is not None else None
    if found is None:
        return frozenset()
    return frozenset(wire or python for wire, _, python, _ in _GETTER.findall(source[found.start() :].decode()))


def members_of(block: Type) -> Mapping[str, Input]:
    """The same for a block."""
    return _members(*block.block) if block.block is not None else {}


def present_name(token: str) -> str | None:
    """What the SDK calls a type now that had this name before; None: no type had it."""
    said = f'type_="{token}"'.encode()
    for file in _resource_files(token.partition(":")[0]):
        source = _source(file)
        if source.find(said) >= 0 and (own := _OWN_TOKEN.search(source)) is not None:
            return own[1].decode()
    return None


def nearest_token(token: str) -> str | None:
    """The type that was probably meant."""
    known = _tokens(token.partition(":")[0])
    of_that_class = [one for one in known if one.rpartition(":")[2] == token.rpartition(":")[2]]
    near = difflib.get_close_matches(token, of_that_class, n=1, cutoff=0) or difflib.get_close_matches(
        token, known, n=1
    )
    return near[0] if near else None


def _home(token: str) -> Path | None:
    """The file of a resource's class."""
    package = token.partition(":")[0]
    root = _root(package)
    place = _tokens(package).get(token)
    if root is None or place is None:
        return None
    service, name = place
    folder, said = root.joinpath(*service.split(".")[1:]), f"'{token}',".encode()
    named = folder / (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() + ".py")
    files = [named, *sorted(folder.glob("*.py"))] if named.is_file() else sorted(folder.glob("*.py"))
    return next((file for file in files if file.name not in _BLOCK_FILES and _source(file).find(said) >= 0), None)


@cache
def _tokens(package: str) -> Mapping[str, tuple[str, str]]:
    """Every type of a package, as the SDK registers it -> its Python package and its class."""
    root = _root(package)
    if root is None:
        return {}
    text = (root / "__init__.py").read_text(encoding="utf-8")
    listed = text.partition('resource_modules="""')[2].partition('"""')[0]
    found: dict[str, tuple[str, str]] = {}
    for part in listed.split('"fqn": "')[1:]:
        service = part.partition('"')[0]
        found |= {token: (service, name) for token, name in _TOKEN.findall(part)}
    return found


def _resource_files(package: str) -> Iterator[Path]:
    root = _root(package)
    for file in sorted(root.glob("*/*.py")) if root is not None else ():
        if file.name not in _BLOCK_FILES and not file.name.startswith("get_"):
            yield file


@cache
def _members(file: Path, name: str) -> Mapping[str, Input]:
    source = _source(file)
    start = source.find(f"\n@pulumi.input_type\nclass {name}:\n".encode())
    if start < 0:
        return {}
    start += 2
    end = source.find(b"\nclass ", source.find(b"\n", start) + 1)
    text = source[start : end if end >= 0 else len(source)].decode()
    return {
        wire or python: Input(_type(hint, file), not _OPTIONAL.match(hint), "deprecated" in marks)
        for wire, marks, python, hint in _GETTER.findall(text)
    }


@cache
def _type(hint: str, file: Path) -> Type:
    return _of(ast.parse(hint, mode="eval").body, file.parent / "_inputs.py")


def _of(hint: ast.expr, blocks: Path) -> Type:
    match hint:
        case ast.Subscript(value=ast.Attribute(attr="Input") | ast.Name(id="Optional"), slice=inner):
            return _of(inner, blocks)
        case ast.Subscript(value=ast.Name(id="Sequence"), slice=inner):
            return Type("list", _of(inner, blocks))
        case ast.Subscript(value=ast.Name(id="Mapping"), slice=ast.Tuple(elts=[_, inner])):
            return Type("mapping", _of(inner, blocks))
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=several)):
            kinds = {one.kind: one for one in (_of(inner, blocks) for inner in several)}
            return next(iter(kinds.values())) if len(kinds) == 1 else ANYTHING
        case ast.Constant(value=str(name)) if name.isidentifier() and name.endswith("Args"):
            return Type("block", block=(blocks, name))
        case ast.Constant(value=str(name)) if name.isidentifier():
            return Type("text")  # an enumeration
        case ast.Attribute(attr=name) if name in _PLAIN:
            return Type(_PLAIN[name])
        case ast.Attribute(attr=name) if name in _ASSETS:
            return Type("asset")
    return ANYTHING


@cache
def _root(package: str) -> Path | None:
    spec = find_spec(PACKAGES[package]) if package in PACKAGES else None
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


@cache
def _source(file: Path) -> mmap.mmap:
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
