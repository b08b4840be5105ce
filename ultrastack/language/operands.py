"""Is a filter used on the sort of value that it needs?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .limits import DIGITS, Complaint
from .pure import Tools, needs
from .values import Absent


def there(value: Any) -> Any:
    if isinstance(value, Absent):
        raise value.complaint()
    return value


def a_text(value: Any, name: str) -> str:
    fix = "add | string" if isinstance(value, (int, float)) else "use it on each item, with | map(...)"
    found: str = needs(value, name, str, words="a text", fix=fix)
    return found


def a_list(value: Any, name: str) -> list[Any]:
    found: list[Any] = needs(value, name, list, words="a list", fix="write it as a list: [...]")
    return found


def a_mapping(value: Any, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = needs(value, name, Mapping, words="a mapping", fix="write it as a mapping: {...}")
    return found


def a_whole_number(value: Any, name: str, least: int = 0) -> int:
    found: int = needs(value, name, int, words="a whole number", fix="add | int")
    if found < least:
        raise Complaint(f"`{name}` needs a number of at least {least}, not {{}}", f"use {least} or more", found)
    return found


def a_flag(value: Any, name: str) -> bool:
    found: bool = needs(value, name, bool, words="true or false", fix="write true or false")
    return found


def attribute_of(tools: Tools, value: Any, path: Any) -> Any:
    """`a.b.0` of a value."""
    if isinstance(path, int) and not isinstance(path, bool):
        return tools.reach(value, path)
    for part in a_text(path, "attribute").split("."):
        value = tools.reach(
            value, int(part) if part.isdecimal() and len(part) < DIGITS and isinstance(value, list) else part
        )
    return value
