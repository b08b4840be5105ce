"""What does a pydantic model say about the field at a path?"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import pydantic

Path = tuple[str | int, ...]


def description(model: Any, path: Path) -> str:
    for name, info in (fields(model, path[:-1]) or {}).items():
        if path[-1] in (name, info.alias):
            return info.description or ""
    return ""


def fields(model: Any, path: Path) -> Mapping[str, Any] | None:
    """The fields of the model that stands at a path."""
    for step in path:
        model = _inside(model, step)
    found = _models(model)
    return {name: info for one in found for name, info in one.model_fields.items()} if found else None


def _inside(hint: Any, step: str | int) -> Any:
    """The types that an element or a field of this type may have, as a tuple."""
    found: list[Any] = []
    for one in _members(hint):
        arguments = typing.get_args(one)
        if isinstance(one, type) and issubclass(one, pydantic.BaseModel) and isinstance(step, str):
            found += [i.annotation for n, i in one.model_fields.items() if step in (n, i.alias)]
        elif typing.get_origin(one) in (list, Sequence, tuple) and arguments:
            found.append(arguments[0])
        elif typing.get_origin(one) in (dict, Mapping) and len(arguments) == 2:
            found.append(arguments[1])
    return tuple(found)


def _models(hint: Any) -> list[type[pydantic.BaseModel]]:
    return [m for m in _members(hint) if isinstance(m, type) and issubclass(m, pydantic.BaseModel)]


def _members(hint: Any) -> list[Any]:
    """The type without Annotated, and each member of a union."""
    if isinstance(hint, tuple):
        return [m for one in hint for m in _members(one)]
    while typing.get_origin(hint) is typing.Annotated:
        hint = typing.get_args(hint)[0]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [m for one in typing.get_args(hint) for m in _members(one)]
    return [hint]
