"""`assert`: does the stack make sense?"""

from __future__ import annotations

from ..model.place import Refused
from .frame import Run
from .problems import key_place
from .scope import Scope
from .source import Node
from .values import nearest
from .when import truth

KEYS = ("that", "message")


def check(node: Node, scope: Scope, run: Run) -> None:
    """Notes a problem for each condition that is not true."""
    problems = run.problems
    for key in node.value:
        if key not in KEYS:
            problems.note(key_place(node.keys[key], key), f"unknown key '{key}' for 'assert'", nearest(key, KEYS))
    that = node.child("that")
    if that is None or that.kind == "plain" and that.value is None:
        problems.note(
            node.place, "'assert' needs 'that': what must be true", "assert: {that: nodes < 9, message: too many nodes}"
        )
        return
    for one in that.value if that.kind == "list" else [that]:
        if problems.attempt(lambda one=one: truth(one, scope, "`assert`")) is False:  # type: ignore[misc]
            words = f"`{one.value.strip()}`" if one.kind == "text" else "the condition"
            message = _message(node, scope, run)
            if message:
                problems.note(one.place, message, f"{words} must be true")
            else:
                problems.note(one.place, f"{words} is not true", "change the values that it is computed from")


def _message(node: Node, scope: Scope, run: Run) -> str:
    """The user's own words say what to do."""
    message = node.child("message")
    if message is None:
        return ""
    try:
        value = scope.plain(message, "the message of an `assert`")
    except Refused as e:
        run.problems.add(*e.problems)
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    run.problems.note(message.place, "the 'message' of an 'assert' must be a text", 'message: "..."')
    return ""
