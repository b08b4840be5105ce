"""How does a value that the engine tells become a graph's, and what of it may be shown?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.values import SECRET, UNKNOWN, Asset, ResourceReference, Value
from ..wire import OF_ARCHIVE, OF_ASSET, OF_RESOURCE, SIGNATURE, UNKNOWN_TEXT

MASK = "[secret]"  # what the engine writes in a secret's place


def value(found: Any) -> Value:
    """As the graph keeps values."""
    match found:
        case str() if found == MASK:
            return SECRET
        case str() if found == UNKNOWN_TEXT:
            return UNKNOWN
        case Mapping() if SIGNATURE in found:
            return _special(found[SIGNATURE], found)
        case Mapping():
            return {k: value(v) for k, v in found.items() if not k.startswith("__")}
        case list():
            return [value(v) for v in found]
        case _:
            return found  # type: ignore[no-any-return]


def _special(mark: str, found: Mapping[str, Any]) -> Value:
    if mark in (OF_ASSET, OF_ARCHIVE):
        return Asset("asset" if mark == OF_ASSET else "archive", str(found.get("hash", "")), str(found.get("path", "")))
    if mark == OF_RESOURCE:
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
