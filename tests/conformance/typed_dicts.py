"""Does the SDK know every input name of a resource, down to the last nested key, and do the values have its types?

A misspelt key in a nested mapping passes the SDK in silence, and the provider ignores it. Both clouds.
"""

from __future__ import annotations

import collections.abc
import enum
import json
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pulumi import Archive, Asset, Output, _types

from tools.models.sdk import args_class
from ultrastack.model.graph import Resource
from ultrastack.model.values import Asset as AssetValue
from ultrastack.model.values import Secret, Unknown


def wrong_names(resource: Resource) -> Iterator[str]:
    """What the SDK's own Args classes, the models of its TypedDicts, do not know."""
    yield from _wrong_in_block(args_class(resource.type), dict(resource.inputs), "")


@cache
def _hints(made: type) -> Mapping[str, Any]:
    """Name on the wire -> type."""
    return _types.input_type_types(made)


def _wrong_in_block(made: type, value: Mapping[str, Any], path: str) -> Iterator[str]:
    hints = _hints(made)
    for key, inner in value.items():
        if key not in hints:
            yield f"{path}{key}: {made.__name__} has no such input"
        elif inner is not None:
            yield from _wrong(hints[key], inner, f"{path}{key}")


def _wrong(hint: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, (Unknown, Secret)):
        return
    found = [list(_wrong_as(one, value, path)) for one in _alternatives(hint)]
    if found and all(found):
        yield from min(found, key=len)


def _alternatives(hint: Any) -> Iterator[Any]:
    """What may stand there, without Input's own plumbing."""
    if typing.get_origin(hint) is typing.Union or type(hint).__name__ == "UnionType":
        for one in typing.get_args(hint):
            yield from _alternatives(one)
    elif typing.get_origin(hint) not in (collections.abc.Awaitable, Output) and hint not in (type(None), Output):
        yield hint


def _wrong_as(hint: Any, value: Any, path: str) -> Iterator[str]:
    origin = typing.get_origin(hint)
    if origin is not None and issubclass(origin, collections.abc.Mapping):
        if not isinstance(value, Mapping):
            yield f"{path}: {_short(value)} where the SDK has a mapping"
            return
        for key, inner in value.items():
            yield from _wrong(typing.get_args(hint)[1], inner, f"{path}[{key!r}]")
    elif origin is not None and issubclass(origin, collections.abc.Sequence):
        if not isinstance(value, list):
            yield f"{path}: {_short(value)} where the SDK has a list"
            return
        for i, inner in enumerate(value):
            yield from _wrong(typing.get_args(hint)[0], inner, f"{path}[{i}]")
    elif isinstance(hint, type) and _types.is_input_type(hint):
        if not isinstance(value, Mapping):
            yield f"{path}: {_short(value)} where the SDK has the block {hint.__name__}"
            return
        yield from _wrong_in_block(hint, value, f"{path}.")
    elif isinstance(hint, type) and not _fits(hint, value):
        yield f"{path}: {_short(value)} where the SDK has {hint.__name__}"


def _fits(hint: type, value: Any) -> bool:
    if issubclass(hint, enum.Enum):
        return value in [one.value for one in hint]
    if hint is bool:
        return isinstance(value, bool)
    if hint is int:
        return not isinstance(value, bool) and isinstance(value, (int, float)) and value == int(value)
    if hint is float:
        return not isinstance(value, bool) and isinstance(value, (int, float))
    if hint is str:
        return isinstance(value, str)
    if issubclass(hint, (Asset, Archive)):
        return isinstance(value, AssetValue)
    return True


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
