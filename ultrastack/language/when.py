"""`when`: is a step made at all?"""

from __future__ import annotations

import re
from dataclasses import replace

from ..model.place import Place, Problem, Refused
from .limits import shown
from .pieces import pieces
from .quoting import as_scalar
from .scope import Scope
from .source import Node


def holds(node: Node, scope: Scope) -> Place | None:
    """None if all conditions are true, else the place of the first that is false."""
    for one in node.value if node.kind == "list" else [node]:
        if not truth(one, scope, "`when`"):
            place: Place = one.place
            return place
    return None


def truth(node: Node, scope: Scope, use: str) -> bool:
    """An expression, its braces optional, that must be true or false: not 2, not 'false', and never an Output."""
    if node.kind in ("map", "list"):
        sort = "mapping" if node.kind == "map" else "list"
        raise Refused(Problem(node.place, f"{use} takes a condition, not a {sort}", "nodes > 2"))
    if node.kind == "text" and "{{" not in node.value:
        value = scope.plain(_in_braces(node), use)
    else:
        value = scope.plain(node, use)
    if isinstance(value, bool):
        return value
    if node.kind == "text" and isinstance(value, str) and (whole := without_braces(node.value)):
        what = f"`{node.value.strip()}` is a text, not a condition: its braces hold only a part of it"
        raise Refused(Problem(node.place, what, f"write {as_scalar(whole)}"))
    words = f"`{node.value.strip()}`" if node.kind == "text" else use
    what = f"{words} gives {shown(value)}, but {use} takes true or false"
    raise Refused(Problem(node.place, what, _comparison(value, node)))


def _in_braces(node: Node) -> Node:
    """With the raw text that keeps a caret under the expression: the braces stand nowhere in the file."""
    return replace(node, value="{{ " + node.value + " }}", raw="")


def without_braces(text: str) -> str:
    """`'{{ stack }}' == 'prod'` as it was meant; nothing if the braces hold all of it."""
    parts = pieces(text)
    if sum(p.is_expression or not p.words.isspace() for p in parts) < 2:
        return ""
    return re.sub(r"(['\"]?)\{\{\s*(.*?)\s*\}\}\1", r"\2", text.strip())


def _comparison(value: object, node: Node) -> str:
    """A condition with the user's own words, if they are one value."""
    words = node.value.strip().removeprefix("{{").removesuffix("}}").strip() if node.kind == "text" else ""
    one = words if re.fullmatch(r"[A-Za-z_][\w.\[\]]*", words) else "x"
    if isinstance(value, str) and value in ("true", "false"):
        return "write it without quotes, or add | bool"
    if isinstance(value, str):
        return f"compare it: {one} == {shown(value)}" if one != "x" else "compare it, as in x == 'prod'"
    if isinstance(value, (int, float)):
        return f"compare it: {one} > 0"
    return f"compare it: {one} | length > 0"
