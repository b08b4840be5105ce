"""Where does a value come from: who won, at which place, and whom it beat?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.later import Later
from ..model.place import Place, Problem, Refused
from .arguments import words as path_words
from .limits import Complaint
from .origin import origin, reads
from .pieces import pieces
from .planned import OF_STEP
from .reading import PlannedStep, Reading
from .scope import Scope
from .source import Node
from .values import LeftOut, Register, nearest

Path = tuple[str | int, ...]

OWN_FILE = "stack file"
DEFAULT = "component default"
AUTOMATIC = "automatic"
LANGUAGE = "given by the language"
OUTPUT = "output of an earlier step"


@dataclass(frozen=True)
class Origin:
    """One place that says what a value is."""

    words: str  # blocks[0].id
    value: Any  # plain data; what only the cloud knows as a text in angle brackets
    level: str  # one of scope.PRECEDENCE, or a word above
    place: Place | None = None
    written: str = ""  # as it stands there
    beats: tuple[Origin, ...] = ()  # what lies below it, nearest first


@dataclass(frozen=True)
class Explanation:
    """The value of an argument, who set it, and the variables that it was computed from."""

    target: str
    winner: Origin
    reads: tuple[Origin, ...] = ()
    description: str = ""  # the argument's own sentence


def explain(reading: Reading, target: str) -> Explanation:
    """`step.argument`, `step.tags.key`, `vars.name`, `tags.key`; deeper: training.ultraservers[0].id"""
    path = _parsed(target)
    names = {s.name: s for s in reading.steps}
    first = str(path[0])
    if first in names:
        return _of_step(reading, names[first], path[1:], target)
    if first == "vars" and len(path) > 1:
        return _of_variable(reading.scope, path[1:], target)
    if first == "tags" and len(path) > 1:
        return _of_tag(reading, path[1:], target)
    raise _refused(target, f"there is no step '{first}'", nearest(first, names))


def _parsed(target: str) -> Path:
    found: list[str | int] = []
    at = 0
    for match in re.finditer(r"\.?([^.\[\]]+)|\[(\d+)\]", target):
        if match.start() != at:
            break
        found.append(int(match[2]) if match[2] else match[1])
        at = match.end()
    if not found or at != len(target) or isinstance(found[0], int):
        raise _refused(
            target, "names a step and one of its arguments", "as in net.cidr, or training.ultraservers[0].id"
        )
    return tuple(found)


def _refused(target: str, what: str, fix: str = "") -> Refused:
    return Refused(Problem(Place(target or "explain"), what, fix))


# ---- a step ----------------------------------------------------------------------------------------------------------


def _of_step(reading: Reading, step: PlannedStep, path: Path, target: str) -> Explanation:
    if step.left_out:
        raise _refused(target, f"the step '{step.name}' makes nothing: {step.left_out}", "ask for a step that is made")
    if not path:
        raise _refused(target, f"which argument of '{step.name}'?", nearest("", step.component.Args.model_fields))
    if path[0] == "tags":
        return _of_step_tag(step, path[1:], target)
    fields = step.component.Args.model_fields
    argument = str(path[0])
    if argument not in fields:
        raise _refused(
            target,
            f"{step.word} has no argument '{argument}'",
            nearest(argument, [f for f in fields if f not in OF_STEP]),
        )
    info = fields[argument]
    if argument not in step.values:
        if len(path) > 1:
            raise _refused(
                target, f"'{argument}' is not set on '{step.name}'", f"ultrastack explain STACK {step.name}.{argument}"
            )
        default = info.get_default(call_default_factory=True)
        return Explanation(target, Origin(argument, _shown(default), DEFAULT), description=info.description or "")
    value = _walk(step.values, path, target)
    written = _deepest(step.nodes, path)
    winner = _from_nodes(path_words(path), value, written, step.scope, argument_level=True)
    return Explanation(target, winner, tuple(_reads(written, step.scope)), info.description or "")


def _deepest(node: Node, path: Path) -> Node:
    """The node of the path, or the nearest one around it that is written."""
    for step in path:
        inner = node.child(step)
        if inner is None:
            break
        node = inner
    return node


def _walk(value: Any, path: Path, target: str) -> Any:
    for i, step in enumerate(path):
        if isinstance(value, Later):
            raise _refused(target, f"`{value.text}` is known only after the cloud has answered")
        try:
            value = value[step]
        except (LookupError, TypeError):
            whole = path_words(path[:i])
            there = value if isinstance(value, Mapping) else ()
            what = (
                f"'{whole}' has no '{step}'" if there or isinstance(step, str) else f"'{whole}' has no element {step}"
            )
            counted = f"it has {len(value)}" if isinstance(value, list) else ""
            raise _refused(target, what, nearest(str(step), there) if there else counted) from None
    return value


def _of_step_tag(step: PlannedStep, path: Path, target: str) -> Explanation:
    if len(path) != 1 or str(path[0]) not in step.tags:
        key = str(path[0]) if path else ""
        raise _refused(target, f"'{step.name}' has no tag '{key}'", nearest(key, step.tags))
    key = str(path[0])
    node = step.tag_nodes.get(key)
    if node is None:
        return Explanation(target, Origin(f"tags.{key}", step.tags[key], AUTOMATIC))
    winner = _from_nodes(f"tags.{key}", step.tags[key], node, step.scope, argument_level=True)
    return Explanation(target, winner, tuple(_reads(node, step.scope)))


# ---- the stack -------------------------------------------------------------------------------------------------------


def _of_variable(scope: Scope, path: Path, target: str) -> Explanation:
    name = str(path[0])
    if name not in scope.nodes:
        raise _refused(target, f"there is no variable '{name}'", nearest(name, scope.nodes))
    try:
        value = _walk({name: scope[name]}, path, target)
    except Complaint as e:
        raise _refused(target, e.what, e.fix) from None
    node = _deepest(scope.nodes[name], path[1:])
    return Explanation(target, _from_nodes(path_words(path), value, node, scope), tuple(_reads(node, scope)))


def _of_tag(reading: Reading, path: Path, target: str) -> Explanation:
    key = str(path[0])
    node = reading.top.value.get("tags")
    written = node.child(key) if node is not None else None
    if key not in reading.tags or written is None or len(path) != 1:
        raise _refused(target, f"the stack has no tag '{key}'", nearest(key, reading.tags))
    winner = _from_nodes(f"tags.{key}", reading.tags[key], written, reading.scope, argument_level=True)
    return Explanation(target, winner, tuple(_reads(written, reading.scope)))


# ---- nodes -----------------------------------------------------------------------------------------------------------


def _from_nodes(words: str, value: Any, node: Node, scope: Scope, argument_level: bool = False) -> Origin:
    beaten = []
    low = node.over
    while low is not None:
        beaten.append(Origin(words, _shown(_value(low, scope)), _level(low, argument_level), low.place, _written(low)))
        low = low.over
    return Origin(words, _shown(value), _level(node, argument_level), node.place, _written(node), tuple(beaten))


def _level(node: Node, argument: bool) -> str:
    """For arguments and tags `vars` is the wrong word: it is the stack file that wins over those it extends."""
    return OWN_FILE if argument and node.level in ("", "vars") else node.level or OWN_FILE


def _value(node: Node, scope: Scope) -> Any:
    try:
        return scope.evaluate(node)
    except Refused:  # what was beaten need not make sense any more
        return node.data()


def _written(node: Node) -> str:
    return node.raw if node.kind in ("text", "plain") else {"map": "a mapping", "list": "a list"}[node.kind]


def _reads(node: Node, scope: Scope) -> Iterator[Origin]:
    """The variables that the written value uses, each with whom it beat."""
    seen = set()
    for expression in _expressions(node):
        for chain in reads(expression, scope.language):
            words = path_words(tuple(chain))
            if words not in seen:
                seen.add(words)
                yield _read(words, chain, scope)


def _read(words: str, chain: Sequence[str | int], scope: Scope) -> Origin:
    name, *rest = chain
    top = scope.nodes.get(str(name))
    if top is None:
        given = scope.given.get(str(name), scope.registers.get(str(name)))
        if isinstance(given, (Register, LeftOut, Later, list, dict)):
            return Origin(words, f"<{words}, known later>", OUTPUT)
        return Origin(words, _shown(given), LANGUAGE)
    node = origin(top, scope, rest) or _deepest(top, tuple(rest))
    value = _value(node, scope)
    found = _from_nodes(words, value, node, scope)
    if top.level == "loop item":  # the item is written somewhere, but here it is what the round is about
        return Origin(words, found.value, top.level, found.place, found.written, found.beats)
    return found


def _expressions(node: Node) -> list[str]:
    if node.kind == "map":
        return [e for v in node.value.values() for e in _expressions(v)]
    if node.kind == "list":
        return [e for v in node.value for e in _expressions(v)]
    if node.kind != "text":
        return []
    return [piece.words for piece in pieces(node.value) if piece.is_expression]


def _shown(value: Any) -> Any:
    """Plain data; a secret is never opened, so it cannot be shown."""
    if isinstance(value, Later):
        return f"<{value.text}, known later>"
    if isinstance(value, Mapping):
        return {k: _shown(v) for k, v in value.items()}
    return [_shown(v) for v in value] if isinstance(value, (list, tuple)) else value
