"""Does the value of a keyword have the right form?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pydantic

from ..model.place import Place, Problem
from .arguments import Subject, complaints
from .foreign import TOP, our_word
from .keywords import Keyword
from .problems import Problems, key_place
from .quoting import spaced
from .scope import Scope
from .source import Node


class Form(pydantic.BaseModel):
    """What a keyword takes: no unknown keys, no conversions; each field has one sentence for `doc` and the schema."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


def usable(node: Node, known: Mapping[str, Keyword], what: str, problems: Problems) -> dict[str, Node]:
    """The keywords of a mapping whose values have a shape that they take; the others are noted."""
    found = {}
    for key, value in node.value.items():
        if key not in known:
            problems.note(
                key_place(node.keys[key], key), f"unknown keyword '{key}' in {what}", our_word(key, TOP, known)
            )
        elif problem := wrong_shape(known[key], value, node.keys[key]):
            problems.add(problem)
        else:
            found[key] = _filled(known[key], value)
    return found


def wrong_shape(keyword: Keyword, node: Node, key: Place) -> Problem | None:
    """Is it a text where a mapping is needed, an expression where none can be?"""
    shown, fix = f"'{keyword.word}'", keyword.example
    if node.kind == "plain" and node.value is None:
        if {"map", "list"} & set(keyword.shapes) and keyword.word not in ("loop", "when", "extends", "formerly"):
            return None
        return Problem(key_place(key, keyword.word), f"{shown} is empty, but takes {keyword.takes}", fix)
    if node.kind == "text" and "{{" in node.value:
        if keyword.computed:
            return None
        return Problem(node.place, f"{shown} takes {keyword.takes} as written, not an expression", fix)
    if keyword.word == "tags" and node.kind == "list" and not _mappings(node):
        what = "'tags' are cost tags, a mapping; a list of tags to select steps by is not part of the language"
        return Problem(node.place, what, "to plan some steps only: ultrastack plan STACK --step NAME")
    if _shape(node) in keyword.shapes:
        return None
    fix = meant(keyword, node) or fix
    return Problem(node.place, f"{shown} is {_described(node)}, but takes {keyword.takes}", fix)


def asked(keyword: Keyword, node: Node | None, form: Any, scope: Scope, problems: Problems) -> Any:
    """The keyword's value, known now, in its form; None if it is not there or was refused."""
    if node is None:
        return None
    value = problems.attempt(lambda: scope.plain(node, f"`{keyword.word}`"))
    if value is None and node.kind != "plain":
        return None
    return checked(keyword.word, node, value, form, scope, problems)


def checked(word: str, node: Node, value: Any, form: Any, scope: Scope, problems: Problems) -> Any:
    """The value in its form, or None and the complaints noted, at the places where things are written."""
    try:
        return _adapter(form).validate_python(value)
    except pydantic.ValidationError as e:
        problems.add(*complaints(e, form, Subject(f"'{word}'", "key", node.place, node, value, scope)))
        return None


@lru_cache(64)
def _adapter(form: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(form)


def meant(keyword: Keyword, node: Node) -> str:
    """What the user was about to write, if one can see it."""
    if "map" in keyword.shapes and node.kind == "text" and (better := spaced(node.value)):
        return f"put a space after the colon: {better}"
    if "map" in keyword.shapes and _mappings(node):
        return f"remove the '- ' before each key below '{keyword.word}'"
    if keyword.word == "steps" and node.kind == "map" and node.value:
        key, first = next(iter(node.value.items()))
        if key == "name" and first.kind == "text":
            return f"each step begins with '- ': - name: {first.raw}"
        return f"each step is an item of a list, with its name inside: - name: {key}"
    return ""


def _mappings(node: Node) -> bool:
    return node.kind == "list" and bool(node.value) and all(one.kind == "map" for one in node.value)


def _shape(node: Node) -> str:
    if node.kind == "plain":
        return "flag" if isinstance(node.value, bool) else "a number"
    return node.kind


def _described(node: Node) -> str:
    words = {"map": "a mapping", "list": "a list"}
    return words.get(node.kind) or (f"'{node.value}'" if node.kind == "text" else node.raw)


def _filled(keyword: Keyword, node: Node) -> Node:
    """A keyword with nothing after it is an empty mapping or list."""
    if node.kind == "plain" and node.value is None:
        empty: Any = {} if "map" in keyword.shapes else []
        return Node("map" if "map" in keyword.shapes else "list", empty, node.place)
    return node
