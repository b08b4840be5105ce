"""What does a later file, or a later level of names, make of an earlier one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..model.place import Place, Problem, Refused
from .source import Node
from .values import nearest

Path = tuple[str | int, ...]


def merge(low: Node | None, high: Node, level: str = "", problems: list[Problem] | None = None) -> Node:
    """The two as one; what is wrong with its steps goes to `problems`, or is raised if nobody collects them."""
    found: list[Problem] = [] if problems is None else problems
    made = _merged(low, high, level, (), found)
    if problems is None and found:
        raise Refused(*found)
    return made


def _merged(low: Node | None, high: Node, level: str, path: Path, problems: list[Problem]) -> Node:
    """`high` over `low`: mappings merge, null removes, steps merge by name, everything else replaces.

    Nothing is changed in place (aliases share nodes), and who was beaten stays reachable through `over`.
    """
    made = replace(high, over=low, level=level or high.level)
    if high.kind == "map":
        _merge_map(low if low is not None and low.kind == "map" else None, high, made, level, path, problems)
    elif high.kind == "list":
        made.value = [_merged(None, v, level, (*path, i), problems) for i, v in enumerate(high.value)]
        if path == ("steps",):
            below = low.value if low is not None and low.kind == "list" else []
            made.value = _merge_steps(below, made.value, level, problems)
    return made


def _merge_map(low: Node | None, high: Node, made: Node, level: str, path: Path, problems: list[Problem]) -> None:
    base: dict[str, Node] = low.value if low else {}
    made.value, made.keys = dict(base), {**(low.keys if low else {}), **high.keys}
    for key, value in high.value.items():
        if value.kind == "plain" and value.value is None and key in base:
            del made.value[key], made.keys[key]
        else:
            made.value[key] = _merged(base.get(key), value, level, (*path, key), problems)


def _merge_steps(low: list[Node], high: list[Node], level: str, problems: list[Problem]) -> list[Node]:
    """Steps by name as written; those without one, as asserts, are only appended."""
    steps: dict[str | int, Node] = {_identity(step): step for step in low}
    own: dict[str | int, Node] = {}
    for step in high:
        name = _identity(step)
        if isinstance(name, str) and name in own:
            why = f"two steps are named '{name}', the first at {own[name].place}"
            problems.append(Problem(_name_place(step), why, "give one of them another name"))
            name = id(step)  # read all the same: what else is wrong with it is told in the same run
        own[name] = step
        if not _asks(step, "remove"):
            steps[name] = _merged(steps.get(name), step, level, (), problems)
        elif problem := _cannot_remove(step, name, steps):
            problems.append(problem)
        else:
            del steps[name]
    return list(steps.values())


def _cannot_remove(step: Node, name: str | int, steps: Mapping[str | int, Node]) -> Problem | None:
    if isinstance(name, int):
        return Problem(
            step.keys["remove"], "`remove` needs the name of the step to remove", "- {name: ..., remove: true}"
        )
    flag = step.value["remove"]
    if flag.value is not True or flag.kind != "plain":
        return Problem(flag.place, "`remove` takes true and nothing else", "remove: true")
    if name not in steps:
        there = [n for n in steps if isinstance(n, str)]
        return Problem(_name_place(step), f"no step named '{name}' to remove", nearest(name, there))
    if extra := [key for key in step.value if key not in ("name", "remove")]:
        return Problem(step.keys[extra[0]], f"'{extra[0]}' does nothing on a step that is removed", "remove the line")
    return None


def _asks(step: Node, key: str) -> bool:
    return step.kind == "map" and key in step.value


def _identity(step: Node) -> str | int:
    name = step.child("name")
    return name.value if name is not None and name.kind == "text" else id(step)


def _name_place(step: Node) -> Place:
    name = step.child("name")
    return name.place if name is not None else step.place


def to_node(value: Any, place: Place, level: str = "") -> Node:
    """A node for what was not read from YAML: --set, Pulumi config, a computed loop."""
    if isinstance(value, (list, tuple)):
        return Node("list", [to_node(v, place, level) for v in value], place, level=level)
    if isinstance(value, Mapping):
        inside = {str(k): to_node(v, place, level) for k, v in value.items()}
        return Node("map", inside, place, keys=dict.fromkeys(inside, place), level=level)
    return Node("plain", value, place, raw=value if isinstance(value, str) else repr(value), level=level)
