"""How do the wire's structs become plain values, and plain values structs?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2


def plain(struct: Any) -> dict[str, Any]:
    found = json_format.MessageToDict(struct)
    return _whole(found) if isinstance(found, dict) else {}


def struct(values: Mapping[str, Any]) -> Any:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def laid_over(given: Any, made: Mapping[str, Any]) -> Any:
    """What was given, and what was made wherever nothing was given."""
    found = struct(made)
    for key, value in given.fields.items():
        found.fields[key].CopyFrom(value)
    return found


def _whole(value: Any) -> Any:
    """Numbers arrive as doubles; a capacity is written 9600, not 9600.0."""
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
