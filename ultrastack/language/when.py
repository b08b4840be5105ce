"""`when`: is a step made at all?"""

from __future__ import annotations

from dataclasses import replace

from ..model.place import Place, Problem, Refused
from .limits import shown
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
    words = f"`{node.value.strip()}`" if node.kind == "text" else use
    what = f"{words} gives {shown(value)}, but {use} takes true or false"
    raise Refused(Problem(node.place, what, _comparison(value)))


def _in_braces(node: Node) -> Node:
    """With the raw text that keeps a caret under the expression: the braces stand nowhere in the file."""
    return replace(node, value="{{ " + node.value + " }}", raw="")


def _comparison(value: object) -> str:
    if isinstance(value, str):
        return f"compare it, as in x == {shown(value)}"
    if isinstance(value, (int, float)):
        return "compare it, as in x > 0"
    return "compare it, as in x | length > 0"
