"""`vars`: what may a variable be called, and what do Pulumi's config and `--set` say about them?"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from ..model.overrides import OVERRIDES
from ..model.place import Place, Problem, Refused
from .keywords import RESERVED
from .limits import shown
from .merge import merge, to_node
from .problems import Problems, key_place
from .scope import Scope
from .source import Node, parse
from .values import nearest

__all__ = ["OVERRIDES", "check_names", "parse_set"]

CONFIG_KEY = "ultrastack:vars"
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
WORDS_OF_EXPRESSIONS = frozenset("and or not in is if else true false none True False None recursive".split())


def check_names(node: Node | None, scope: Scope, declared: set[str], problems: Problems) -> dict[str, Node]:
    """The variables of a `vars` that an expression can reach."""
    found = {}
    for name, value in (node.value if node is not None else {}).items():
        assert node is not None
        if problem := unusable(name, key_place(node.keys[name], name), scope, "variable"):
            problems.add(problem)
        else:
            found[name] = value
            declared.add(name)
    return found


def unusable(name: str, place: Place, scope: Scope, what: str) -> Problem | None:
    """Why an expression could not use this name."""
    if not IDENTIFIER.fullmatch(name):
        better = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_0123456789")
        fix = f"use '{better}'" if IDENTIFIER.fullmatch(better) else "letters, digits and _, a letter first"
        return Problem(place, f"'{name}' cannot be the name of a {what}: an expression would read it otherwise", fix)
    if name in RESERVED:
        return Problem(place, f"'{name}' is reserved for {RESERVED[name]}", "use another name")
    if name in WORDS_OF_EXPRESSIONS:
        return Problem(
            place, f"'{name}' is a word of expressions and cannot be the name of a {what}", "use another name"
        )
    if what == "register" and name in scope.language.functions:
        return Problem(place, f"'{name}' is the name of a function", "use another name")
    return None


# ---- --set -----------------------------------------------------------------------------------------------------------


def parse_set(text: str) -> tuple[tuple[str, ...], Any]:
    """`a.b=3` -> (("a", "b"), 3); the value is read as the file would read it."""
    words, equals, value = text.partition("=")
    path = tuple(words.strip().split("."))
    place = Place(f"--set {text}")
    if equals and re.fullmatch(r"[^\[]+\[.*\].*", words):
        fix = f"--set '{words.partition('[')[0]}=[a, b]'"
        raise Refused(Problem(place, "takes a list as a whole, not one element of it", fix))
    if not equals or not all(IDENTIFIER.fullmatch(path[0]) if i == 0 else step for i, step in enumerate(path)):
        fix = f"--set {words}=VALUE" if IDENTIFIER.fullmatch(words) else "--set nodes=4"
        raise Refused(Problem(place, "takes the name of a variable and its value", fix))
    if "{{" in value:
        raise Refused(Problem(place, "takes a value, not an expression", f"--set {words}=VALUE"))
    if not value.strip():
        return path, ""
    try:
        return path, parse(value, "--set").data()
    except Refused as refused:  # the value is no file: its line and column say nothing
        raise Refused(*(Problem(place, one.what, one.fix) for one in refused.problems)) from None


def overridden(given: Iterable[str]) -> dict[str, Node]:
    """All of `--set` as variables; a later one is over an earlier one."""
    found: dict[str, Node] = {}
    problems = Problems()
    for text in given:
        parsed = problems.attempt(lambda text=text: parse_set(text))  # type: ignore[misc]  # a default binds the round
        if parsed is None:
            continue
        (name, *inner), value = parsed
        for step in reversed(inner):
            value = {step: value}
        made = to_node(value, Place(f"--set {text}"), "--set")
        found[name] = merge(found[name], made, "--set") if name in found else made
    problems.raise_if_any()
    return found


def check_overrides(given: Iterable[str], top: Mapping[str, Node], declared: Iterable[str], problems: Problems) -> None:
    """A misspelt name would change nothing, and say nothing."""
    known = set(declared)
    for text in given:
        path, _ = parse_set(text)
        place = Place(f"--set {text}")
        if path[0] not in known:
            problems.note(
                place, f"there is no variable '{path[0]}'", nearest(path[0], known) or "declare it under `vars`"
            )
            continue
        node = top.get(path[0])
        for i, step in enumerate(path[1:], 1):
            if node is None or node.kind == "text" and "{{" in node.value:
                break
            words = ".".join(path[:i])
            if node.kind != "map":
                what = f"'{words}' is {shown(node.data())}, which has no '{step}'"
                problems.note(place, what, f"set it as a whole: --set {words}=...")
                break
            if node.value and step not in node.value:
                problems.note(place, f"'{words}' has no '{step}'", nearest(step, node.value))
                break
            node = node.child(step)


# ---- Pulumi's config -------------------------------------------------------------------------------------------------


def configured(config: Mapping[str, str], secret_keys: Container[str]) -> dict[str, Any]:
    """`ultrastack:vars` of Pulumi's config: an object, without secrets."""
    place = Place(f"Pulumi config {CONFIG_KEY}")
    if CONFIG_KEY in secret_keys:  # one secret inside makes the whole object one; it arrives in plain text
        what = "holds a secret, and variables are shown in plans"
        fix = "pulumi config set --secret KEY VALUE, and {{ secret('KEY') }} in the stack file"
        raise Refused(Problem(place, what, fix))
    try:
        found = json.loads(config.get(CONFIG_KEY, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        fix = f"pulumi config set --path '{CONFIG_KEY}.NAME' VALUE"
        raise Refused(Problem(place, "must be a mapping of variables", fix))
    return found


def config_nodes(values: Mapping[str, Any]) -> dict[str, Node]:
    return {
        k: to_node(v, Place(f"Pulumi config {CONFIG_KEY}.{k}"), "config ultrastack:vars") for k, v in values.items()
    }
