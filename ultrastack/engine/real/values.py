"""Which value stands at a path of what the engine tells, and what of it may be shown?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...model.values import SECRET, UNKNOWN, Asset, ResourceReference, Value

MASK = "[secret]"  # what the engine writes in a secret's place
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"  # Pulumi's mark of special values
ASSET, ARCHIVE, REFERENCE = (
    "c44067f5952c0a294b673a41bacd8c17",
    "0def7320c3a5731c473e5ecbe6d01bc7",
    "5cf8f73096256a8f31e491e813e4eb8e",
)
_PART = re.compile(r"""\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[]+)""")


def at(values: Any, path: str) -> Any:
    """The value at a path in Pulumi's notation; None where there is none."""
    found = values
    for part in parts(path):
        if isinstance(found, Mapping):
            found = found.get(str(part))
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return found if found == MASK else None
    return found


def parts(path: str) -> Iterator[str | int]:
    """networkInterfaces[0].subnetId -> networkInterfaces, 0, subnetId"""
    for found in _PART.finditer(path):
        position, key, name = found.groups()
        if position is not None:
            yield int(position)
        else:
            yield key.replace('\\"', '"').replace("\\\\", "\\") if key is not None else name


def value(found: Any) -> Value:
    """As the graph keeps values."""
    match found:
        case str() if found == MASK:
            return SECRET
        case str() if found == UNKNOWN_TEXT:
            return UNKNOWN
        case {"4dabf18193072939515e22adb298388d": mark}:
            return _special(mark, found)
        case Mapping():
            return {k: value(v) for k, v in found.items() if not k.startswith("__")}
        case list():
            return [value(v) for v in found]
        case _:
            return found  # type: ignore[no-any-return]


def _special(mark: str, found: Mapping[str, Any]) -> Value:
    if mark in (ASSET, ARCHIVE):
        return Asset("asset" if mark == ASSET else "archive", str(found.get("hash", "")), str(found.get("path", "")))
    if mark == REFERENCE:
        return ResourceReference(str(found.get("urn", "")))
    return SECRET


def opaque(one: Any) -> bool:
    """Nobody here can tell what it is."""
    return one in (MASK, UNKNOWN_TEXT) or (isinstance(one, Mapping) and SIGNATURE in one)


def covered(shown: Value, other: Value) -> Value:
    """Masked where the other side is: what becomes a secret, or has been one, is nobody's to read on either."""
    if other == SECRET:
        return shown if shown is None else SECRET
    if isinstance(shown, Mapping) and isinstance(other, Mapping):
        return {key: covered(one, other.get(key)) for key, one in shown.items()}
    if isinstance(shown, list) and isinstance(other, list):
        return [covered(one, *other[i : i + 1] or (None,)) for i, one in enumerate(shown)]
    return shown
