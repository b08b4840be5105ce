"""What do the filters do that choose or convert a single value?"""

from __future__ import annotations

from typing import Any

from .limits import DIGITS, Complaint, checked_number
from .pure import NeedsLater, Tools
from .values import Absent, Lifted, holds_later


def default(tools: Tools, value: Any, otherwise: Any = "", boolean: bool = False) -> Any:
    if isinstance(value, Absent):
        return otherwise
    if not boolean:
        if isinstance(value, Lifted) and not value.declared:  # whether it is there only the cloud knows
            raise NeedsLater
        return value
    if holds_later(value):
        raise NeedsLater
    return value or otherwise


def ternary(tools: Tools, value: Any, yes: Any, no: Any, empty: Any = ...) -> Any:
    if holds_later(value):
        raise NeedsLater
    return empty if value is None and empty is not ... else yes if value else no


def to_int(tools: Tools, value: Any, default: Any = ...) -> Any:
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, float):
        return checked_number(int(value))
    if isinstance(value, str):
        digits = value.strip()
        if digits.removeprefix("-").removeprefix("+").isdecimal() and digits.isascii() and len(digits) <= DIGITS + 1:
            return checked_number(int(digits))
    if default is not ...:
        return default
    raise Complaint("{} is no whole number", "add a default, as in | int(default=0)", value)


def to_float(tools: Tools, value: Any, default: Any = ...) -> Any:
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, str) and len(value) <= 40 and value.isascii() and "_" not in value:
        try:
            return checked_number(float(value))
        except (ValueError, Complaint):
            pass
    if default is not ...:
        return default
    raise Complaint("{} is no number", "add a default, as in | float(default=0.0)", value)


def to_bool(tools: Tools, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise Complaint("{} is neither true nor false", "compare it, as in x == 'yes'", value)
