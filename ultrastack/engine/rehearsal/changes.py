"""Which inputs of a resource differ, where exactly, and does that replace it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .conditions import replaces
from .types import TypeRow

DEFAULTS = "__defaults"  # the real providers note here which inputs they filled in themselves
SECRET = "4dabf18193072939515e22adb298388d"  # Pulumi's mark of special values
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class InputChange:
    path: str  # in Pulumi's notation: networkInterfaces[0].subnetId, tags["a.b"]
    kind: Literal["add", "delete", "update"]
    replace: bool


def input_changes(token: str, row: TypeRow, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[InputChange]:
    """What differs in the inputs, but for inputs that the cloud fills once the program stops setting them."""
    found = []
    for path, name, kind, old, new in _differences(before, after):
        if kind == "delete" and name in row.computed:
            continue
        found.append(InputChange(path, kind, _replaces(token, row, name, old, new, before, after)))
    return found


def _replaces(
    token: str, row: TypeRow, name: str, old: Any, new: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """A rule of the property, of a block around it, or of a member that came or went with it."""
    around = {name[: len(name) - len(rest)].rstrip(".") for rest in _tails(name)}
    if around & row.replaces or any(
        replaces(token, one, old if one == name else None, new if one == name else None, before, after)
        for one in around & row.depends
    ):
        return True
    members = {f"{name}.{inner}" for inner in _members(old) | _members(new)}
    return bool(members & row.replaces)


def _tails(name: str) -> Iterator[str]:
    """a.b.c -> "", ".c", ".b.c": what to cut off to get the property and the blocks around it."""
    parts = name.split(".")
    for kept in range(len(parts), 0, -1):
        yield "".join(f".{part}" for part in parts[kept:])


def _members(value: Any) -> set[str]:
    """Dotted names of all members of a block or of a list of blocks."""
    if isinstance(value, list):
        return {name for one in value for name in _members(one)}
    if not isinstance(value, Mapping) or SECRET in value:
        return set()
    return {n for k, v in value.items() if k != DEFAULTS for n in ({k} | {f"{k}.{m}" for m in _members(v)})}


def _differences(
    old: Any, new: Any, path: str = "", name: str = ""
) -> Iterator[tuple[str, str, Literal["add", "delete", "update"], Any, Any]]:
    """Path, dotted name, kind, old and new value of the smallest parts that differ."""
    if _block(old) and _block(new):
        for key in sorted({*old, *new} - {DEFAULTS}):
            shown = key if _PLAIN_KEY.fullmatch(key) else '["' + key.replace('"', '\\"') + '"]'
            deeper = path + ("." if path and shown == key else "") + shown
            yield from _one(old, new, key, deeper, f"{name}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list):
        for i in range(max(len(old), len(new))):
            yield from _one(dict(enumerate(old)), dict(enumerate(new)), i, f"{path}[{i}]", name)
    elif old != new:
        yield path, name, "update", old, new


def _one(
    old: Mapping[Any, Any], new: Mapping[Any, Any], key: Any, path: str, name: str
) -> Iterator[tuple[str, str, Literal["add", "delete", "update"], Any, Any]]:
    if key not in old:
        yield path, name, "add", None, new[key]
    elif key not in new:
        yield path, name, "delete", old[key], None
    else:
        yield from _differences(old[key], new[key], path, name)


def _block(value: Any) -> bool:
    return isinstance(value, Mapping) and SECRET not in value
