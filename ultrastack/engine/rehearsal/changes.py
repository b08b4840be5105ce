"""Which inputs of a resource differ, where exactly, and does that replace it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...catalog import InputChange, ResourceType

DEFAULTS = "__defaults"  # the real providers note here which inputs they filled in themselves
SECRET = "4dabf18193072939515e22adb298388d"  # Pulumi's mark of special values
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # Pulumi's mark of a value that only `up` will know
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Change:
    path: str  # in Pulumi's notation: networkInterfaces[0].subnetId, tags["a.b"]
    kind: Kind
    replace: bool


def changes(
    row: ResourceType | None, before: Mapping[str, Any], after: Mapping[str, Any], state: Mapping[str, Any]
) -> list[Change]:
    """What differs in the inputs, but for those that the cloud fills when the program does not: they stay as they are.

    What may replace is taken to do so: a rehearsal may warn too often, never too seldom.
    """
    found = []
    for path, kind, old, new in _differences(before, after):
        if row is not None and row.computed(path) and _stays(path, kind, new, state):
            continue
        one = InputChange(path, old, new, before, after, _opaque)
        replace = row is None or row.verdict(one).replaces != "no"
        found.append(Change(path, kind, replace))
    return found


def _stays(path: str, kind: Kind, new: Any, state: Mapping[str, Any]) -> bool:
    """The program stops setting what the cloud keeps, or begins to set what the cloud chose."""
    return kind == "delete" or (kind == "add" and path in state and state[path] == new)


def _opaque(value: Any) -> bool:
    return value == UNKNOWN or (isinstance(value, Mapping) and SECRET in value)


def _differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Kind, Any, Any]]:
    """Path, kind, old and new value of the smallest parts that differ."""
    if _block(old) and _block(new):
        for key in sorted({*old, *new} - {DEFAULTS}):
            shown = key if _PLAIN_KEY.fullmatch(key) else '["' + key.replace('"', '\\"') + '"]'
            yield from _one(old, new, key, path + ("." if path and shown == key else "") + shown)
    elif isinstance(old, list) and isinstance(new, list):
        for i in range(max(len(old), len(new))):
            yield from _one(dict(enumerate(old)), dict(enumerate(new)), i, f"{path}[{i}]")
    elif old != new:
        yield path, "update", old, new


def _one(old: Mapping[Any, Any], new: Mapping[Any, Any], key: Any, path: str) -> Iterator[tuple[str, Kind, Any, Any]]:
    if key not in old:
        yield path, "add", None, new[key]
    elif key not in new:
        yield path, "delete", old[key], None
    else:
        yield from _differences(old[key], new[key], path)


def _block(value: Any) -> bool:
    return isinstance(value, Mapping) and SECRET not in value
