"""What do the filters for lists do?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..model.later import Later
from .limits import DEPTH, VALUES, Complaint, checked_number, sort_of
from .operands import a_flag, a_list, a_whole_number, attribute_of, there
from .pure import NeedsLater, Tools, needs
from .values import Absent


def length(tools: Tools, value: Any) -> int:
    fix = "add | string" if isinstance(value, (int, float)) else ""
    return len(needs(value, "length", str, list, Mapping, words="a list, a mapping or a text", fix=fix))


def first(tools: Tools, value: Any) -> Any:
    return _end(tools, value, "first", 0)


def last(tools: Tools, value: Any) -> Any:
    return _end(tools, value, "last", -1)


def _end(tools: Tools, value: Any, name: str, at: int) -> Any:
    if isinstance(value, Later):  # a declared list: an element of it is lifted, not computed
        return tools.reach(value, at)
    items = needs(value, name, str, list, words="a list or a text")
    return (
        items[at]
        if items
        else Absent(f"an empty {'text' if isinstance(items, str) else 'list'} has no {name}", "add | default(...)")
    )


def minimum(tools: Tools, value: Any, attribute: Any = None) -> Any:
    return _extreme(tools, value, "min", min, attribute)


def maximum(tools: Tools, value: Any, attribute: Any = None) -> Any:
    return _extreme(tools, value, "max", max, attribute)


def _extreme(tools: Tools, value: Any, name: str, choose: Callable[..., Any], attribute: Any) -> Any:
    items = a_list(value, name)
    keys = _sort_keys(tools, items, name, attribute)
    if not items:
        return Absent(f"an empty list has no {name}", "add | default(...)")
    return items[choose(range(len(items)), key=keys.__getitem__)]


def total(tools: Tools, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    found = needs(start, "sum", int, float, words="a number to start with")
    for item in a_list(value, "sum"):
        one = item if attribute is None else there(attribute_of(tools, item, attribute))
        found = checked_number(found + needs(one, "sum", int, float, words="a list of numbers", fix="add | map('int')"))
    return found


def unique(tools: Tools, value: Any, attribute: Any = None) -> list[Any]:
    tools.size_up(value)
    seen: dict[str, Any] = {}
    for item in a_list(value, "unique"):
        one = item if attribute is None else there(attribute_of(tools, item, attribute))
        seen.setdefault(json.dumps(one, sort_keys=True), item)
    return list(seen.values())


def sort(
    tools: Tools, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None
) -> list[Any]:
    items = a_list(value, "sort")
    keys = _sort_keys(tools, items, "sort", attribute, a_flag(case_sensitive, "sort"))
    order = sorted(range(len(items)), key=keys.__getitem__, reverse=a_flag(reverse, "sort"))
    return [items[i] for i in order]


def _sort_keys(tools: Tools, items: list[Any], name: str, attribute: Any, case_sensitive: bool = False) -> list[Any]:
    found = items if attribute is None else [there(attribute_of(tools, v, attribute)) for v in items]
    numbers = [v for v in found if isinstance(v, (int, float)) and not isinstance(v, bool)]
    texts = [v for v in found if isinstance(v, str)]
    if len(found) not in (len(numbers), len(texts)):
        odd = next(
            v
            for v in found
            if not isinstance(v, type(found[0])) or not isinstance(v, (int, float, str)) or v is True or v is False
        )
        fix = (
            "add | map('string')"
            if isinstance(odd, (int, float, str))
            else f"name what to compare, as in {name}(attribute='name')"
        )
        raise Complaint(f"`{name}` needs all numbers or all texts, and the list holds {sort_of(odd)}", fix)
    tools.spend(0, sum(map(len, texts)))
    return found if numbers or case_sensitive else [v.casefold() for v in found]


def flatten(tools: Tools, value: Any, levels: Any = None) -> list[Any]:
    most = DEPTH if levels is None else a_whole_number(levels, "flatten")
    found: list[Any] = []

    def take(items: Iterable[Any], left: int) -> None:
        for item in items:
            if isinstance(item, Later) and item.kind != "value":  # how many it will be only the cloud knows
                raise NeedsLater
            if isinstance(item, list) and left > 0:
                take(item, left - 1)
            elif item is not None:
                tools.spend(1)
                found.append(item)

    take(a_list(value, "flatten"), most)
    return found


def zipped(tools: Tools, value: Any, *others: Any) -> list[list[Any]]:
    lists = [a_list(v, "zip") for v in (value, *others)]
    tools.spend(min(map(len, lists)) * (len(lists) + 1))
    return [list(row) for row in zip(*lists, strict=False)]


def up_to(tools: Tools, value: Any) -> list[int]:
    count = a_whole_number(value, "range")
    if count > VALUES:
        raise Complaint(f"makes more than {VALUES:,} values", "make fewer, or split them over several steps")
    return list(range(count))
