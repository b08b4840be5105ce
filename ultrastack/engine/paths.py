"""Where does a property path lead? In Pulumi's notation: networkInterfaces[0].subnetId, tags["a.b"]."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_PART = re.compile(r"""\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[?(\*)\]?|\.?([^.\[\]]+)""")


def parts(path: str) -> Iterator[str | int]:
    """networkInterfaces[0].subnetId -> networkInterfaces, 0, subnetId; of `ignoreChanges` also `*`."""
    for found in _PART.finditer(path):
        position, key, any_, name = found.groups()
        if position is not None:
            yield int(position)
        else:
            yield key.replace('\\"', '"').replace("\\\\", "\\") if key is not None else any_ or name


def at(values: Any, path: str, mask: Any = None) -> Any:
    """The value at a path; None where there is none. What is masked as a whole is the mask at every path into it."""
    found = values
    for part in parts(path):
        if isinstance(found, Mapping):
            found = found.get(str(part))
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return found if mask is not None and found == mask else None
    return found


def place_at(values: Any, path: str, new: Any) -> None:
    """Puts a value where a path leads; in place. A path that leads nowhere changes nothing."""
    *way, last = parts(path)
    for part in way:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(values, list):
        if isinstance(last, int) and last < len(values):
            values[last] = new
    elif isinstance(values, dict):
        values[last] = new
