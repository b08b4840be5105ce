"""How does a value become JSON, and a JSON text a value?"""

from __future__ import annotations

import json
from typing import Any

from .limits import DEPTH, DIGITS, Complaint, checked_number
from .operands import a_text, a_whole_number
from .pure import Tools


def to_json(tools: Tools, value: Any, indent: Any = None) -> str:
    tools.size_up(value)
    width = None if indent is None else a_whole_number(indent, "to_json")
    if width is not None and width > 8:
        raise Complaint("`to_json` indents by at most 8", "as in to_json(indent=2)")
    # sorted, so that the order of writing makes no difference between two runs
    return json.dumps(value, sort_keys=True, indent=width, ensure_ascii=False)


def from_json(tools: Tools, value: Any) -> Any:
    text = a_text(value, "from_json")
    tools.spend(text.count(",") + text.count("[") + text.count("{"))
    if text.count("[") + text.count("{") > DEPTH and _depth(text) > DEPTH:
        raise Complaint(f"the JSON is nested more than {DEPTH} levels deep", "make it flatter")
    try:
        return json.loads(text, parse_int=_json_number, parse_float=_json_number, parse_constant=_no_constant)
    except ValueError as e:
        at = f" at line {e.lineno}, column {e.colno}" if isinstance(e, json.JSONDecodeError) else ""
        raise Complaint(f"the text is not JSON{at}", "check its quotes, commas and brackets") from None


def _json_number(written: str) -> int | float:
    if written.removeprefix("-").isdecimal():
        if len(written) > DIGITS + 1:
            raise Complaint(f"a whole number of more than {DIGITS} digits", "write it as a text, in quotes")
        return int(checked_number(int(written)))
    return float(checked_number(float(written)))


def _no_constant(written: str) -> Any:
    raise Complaint(f"{written} is not JSON", "write null")


def _depth(text: str) -> int:
    deepest = depth = 0
    in_text = escaped = False
    for c in text:
        if in_text:
            in_text = escaped or c != '"'
            escaped = c == "\\" and not escaped
        elif c == '"':
            in_text = True
        elif c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "]}":
            depth -= 1
    return deepest
