"""What do the filters for texts do?"""

from __future__ import annotations

import base64
from typing import Any

from .limits import Complaint
from .operands import a_list, a_text, attribute_of, there
from .pure import Tools, needs
from .values import to_text


def lower(tools: Tools, value: Any) -> str:
    return a_text(value, "lower").lower()


def upper(tools: Tools, value: Any) -> str:
    return a_text(value, "upper").upper()


def trim(tools: Tools, value: Any, characters: Any = None) -> str:
    return a_text(value, "trim").strip(None if characters is None else a_text(characters, "trim"))


def replace(tools: Tools, value: Any, old: Any, new: Any, count: Any = -1) -> str:
    text, old, new = a_text(value, "replace"), a_text(old, "replace"), a_text(new, "replace")
    most = needs(count, "replace", int, words="a whole number as its count")
    if not old:
        raise Complaint("`replace` needs a text to look for, not an empty one", "as in replace('.', '-')")
    found = text.count(old) if most < 0 else min(most, text.count(old))
    tools.spend(0, len(text) + max(0, found * (len(new) - len(old))))
    return text.replace(old, new, most)


def split(tools: Tools, value: Any, separator: Any = None, most: Any = -1) -> list[str]:
    text = a_text(value, "split")
    if separator == "":
        raise Complaint("`split` needs a separator, not an empty text", "as in split(',')")
    by = None if separator is None else a_text(separator, "split")
    tools.spend(text.count(by) + 1 if by else len(text) // 2)
    return text.split(by, needs(most, "split", int, words="a whole number as its limit"))


def join(tools: Tools, value: Any, separator: Any = "", attribute: Any = None) -> str:
    by = a_text(separator, "join")
    items = (
        a_list(value, "join")
        if attribute is None
        else [attribute_of(tools, v, attribute) for v in a_list(value, "join")]
    )
    parts = [to_text(there(item)) for item in items]
    tools.spend(0, sum(map(len, parts)) + len(by) * len(parts))
    return by.join(parts)


def basename(tools: Tools, value: Any) -> str:
    return a_text(value, "basename").rpartition("/")[2]


def b64encode(tools: Tools, value: Any) -> str:
    return base64.b64encode(_encoded(a_text(value, "b64encode"))).decode()


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Complaint("the text holds half a character (a lone surrogate)", "write the character itself") from None


def string(tools: Tools, value: Any) -> str:
    return to_text(value)
