"""What lies behind `value.key` and `value[key]`?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.later import Later
from .absent import Absent, LeftOut
from .lifting import lift
from .limits import Complaint, sort_of
from .values import Register, nearest


def reach(value: Any, key: Any) -> Any:
    """`value.key` or `value[key]`: data has keys and elements, but no methods."""
    if isinstance(value, Later):
        return lift(value, key, _step(key))
    if isinstance(value, LeftOut):
        if value.outputs and isinstance(key, str) and key not in value.outputs:
            raise Complaint(f"'{value.name}' has no output '{key}'", nearest(key, value.outputs))
        return value
    if isinstance(value, Absent):
        return value
    if isinstance(value, Register):  # guarded or not: a misspelt output is never there
        if not isinstance(key, str) or key not in value.outputs:
            why = f"'{value.name}' has no output {{}}"
            raise Complaint(why, nearest(str(key), value.outputs), _part(key), "of that name")
        return value.outputs[key]
    if isinstance(value, Mapping):
        if isinstance(key, str) and key in value:
            return value[key]
        if isinstance(key, str):
            return Absent("there is no {} in this mapping", nearest(key, value), key=key)
        return Absent("a mapping has keys, no element {}", nearest("", value), key=_part(key))
    if isinstance(value, (list, str)):
        return _element(value, key)
    return Absent(f"{sort_of(value)} has no {{}}", "look at what the name before it stands for", key=_part(key))


def _element(value: list[Any] | str, key: Any) -> Any:
    if isinstance(key, slice):
        return value[key]
    if isinstance(key, bool) or not isinstance(key, int):
        if isinstance(value, list):
            fix = "of one element: x[0].name; of all: x | map(attribute='name')"
            return Absent("a list has elements, no {}", fix, key=_part(key))
        why = f"{sort_of(value)} has no {{}}; values have no methods"
        return Absent(why, "use a filter, as in `x | upper`", key=_part(key))
    if -len(value) <= key < len(value):
        return value[key]
    count = f"it has {len(value)}" if value else "it is empty"
    return Absent(f"{sort_of(value)} has no element {{}}; {count}", "the first is [0], the last [-1]", key=key)


def _step(key: Any) -> str:
    if isinstance(key, slice):
        shown = ["" if part is None else str(part) for part in (key.start, key.stop, key.step)]
        return f"[{':'.join(shown[: 3 if shown[2] else 2])}]"
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"


def _part(key: Any) -> Any:
    return key if isinstance(key, (str, int, float)) else "such part"
