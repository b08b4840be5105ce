"""`loop` and `as`: for which items is a step made?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model.place import Problem, Refused
from .frame import Round, Run
from .limits import Complaint, shown
from .merge import to_node
from .origin import origin
from .pieces import pieces
from .scope import Scope
from .source import Node
from .vars import unusable

BY_INDEX = "the name of a looped step contains only the `index`; a new order of the items would replace everything"


def rounds(part: Mapping[str, Node], scope: Scope, run: Run) -> list[Round]:
    """One round for each item of a list, or each key of a mapping; just one without a loop."""
    if (loop := part.get("loop")) is None:
        if (alone := part.get("as")) is not None:
            raise Refused(
                Problem(alone.place, "'as' names the item of a loop, and this step has none", "add loop: [...]")
            )
        return [Round(None, scope)]
    word = item_word(part)
    if word != "item" and (problem := unusable(word, part["as"].place, scope, "loop item")):
        raise Refused(problem)
    items = scope.plain(loop, "`loop`")
    if isinstance(items, Mapping):
        nodes = {k: _entry(k, v, loop, scope) for k, v in items.items()}
    elif isinstance(items, list):
        nodes = {i: origin(loop, scope, (i,)) or to_node(v, loop.place) for i, v in enumerate(items)}
    else:
        raise Refused(
            Problem(loop.place, f"`loop` takes a list or a mapping, not {shown(items)}", _as_loop(items, scope))
        )
    found = []
    for i, (key, node) in enumerate(nodes.items()):
        if not run.count(loop.place):
            break
        found.append(Round(key, scope.child("loop item", {word: node}, index=i)))
    return found


def item_word(part: Mapping[str, Node]) -> str:
    return part["as"].value if "as" in part else "item"


def _entry(key: str, value: object, loop: Node, scope: Scope) -> Node:
    """`item.key` and `item.value` of a mapping; the value keeps its place."""
    made = to_node({"key": key, "value": value}, loop.place)
    if (written := origin(loop, scope, (key,))) is not None:
        made.value["value"] = written
    return made


def _as_loop(items: object, scope: Scope) -> str:
    if isinstance(items, str) and items in scope:
        return f'loop: "{{{{ {items} }}}}"'
    if isinstance(items, bool) or items is None:
        return "loop: [a, b]"
    if isinstance(items, int):
        return f'loop: "{{{{ range({items}) }}}}"'
    return f"loop: [{items}]"


def check_name(name: Node, part: Mapping[str, Node]) -> tuple[Problem | None, Problem | None]:
    """(refusal, notice): a looped name must tell its rounds apart, and better not by their number."""
    if "loop" not in part or name.kind != "text":
        return None, None
    word = item_word(part)
    used = _names(name.value)
    if word in used:
        return None, None
    if "index" in used:
        return None, Problem(name.place, BY_INDEX, f"use the {word} itself: {{{{ {word} }}}}")
    what = f"the name of a looped step must contain its `{word}`, since every round needs its own name"
    return Problem(name.place, what, f'name: "{name.value.strip()}-{{{{ {word} }}}}"'), None


def _names(text: str) -> set[str]:
    try:
        words = " ".join(p.words for p in pieces(text) if p.is_expression)
    except Complaint:  # an expression that is not closed is refused where it is evaluated
        return set(re.findall(r"\w+", text))
    return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", words))
