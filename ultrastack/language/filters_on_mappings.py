"""What do the filters for mappings do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.later import Later
from .operands import a_flag, a_list, a_mapping, a_text, there
from .pure import NeedsLater, Tools, needs
from .values import holds_later


def combine(tools: Tools, value: Any, *others: Any, recursive: Any = False) -> dict[str, Any]:
    deep = a_flag(recursive, "combine")
    made = dict(a_mapping(value, "combine"))
    for other in others:
        made = _combined(tools, made, a_mapping(other, "combine"), deep)
    return made


def _combined(tools: Tools, low: Mapping[str, Any], high: Mapping[str, Any], deep: bool) -> dict[str, Any]:
    tools.spend(len(low) + len(high))
    made = {**low, **high}
    for key in low.keys() & high.keys() if deep else ():
        if isinstance(low[key], Later) or isinstance(high[key], Later):
            raise NeedsLater
        if isinstance(low[key], Mapping) and isinstance(high[key], Mapping):
            made[key] = _combined(tools, low[key], high[key], deep)
    return made


def dict2items(tools: Tools, value: Any, key_name: Any = "key", value_name: Any = "value") -> list[dict[str, Any]]:
    key, inside = a_text(key_name, "dict2items"), a_text(value_name, "dict2items")
    return [{key: k, inside: v} for k, v in a_mapping(value, "dict2items").items()]


def items2dict(tools: Tools, value: Any, key_name: Any = "key", value_name: Any = "value") -> dict[str, Any]:
    made = {}
    for item in a_list(value, "items2dict"):
        key = there(tools.reach(item, a_text(key_name, "items2dict")))
        if holds_later(key):
            raise NeedsLater
        key = needs(key, "items2dict", str, words="texts as keys", fix="add | string")
        made[key] = there(tools.reach(item, a_text(value_name, "items2dict")))
    return made
