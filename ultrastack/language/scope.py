"""Which value does a name have where it is used, and what does a node evaluate to there?"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from ..model.later import Later
from ..model.place import Place, Problem, Refused
from .expressions import Language
from .limits import DEPTH, TEXT, Complaint
from .merge import merge
from .pieces import Piece, pieces, place_in
from .quoting import NO_STATEMENTS
from .source import Node
from .values import Announced, first_later, holds_later, known, settle, to_text

T = TypeVar("T")
U = TypeVar("U")

# Who sets a variable, lowest first. The levels of nodes are these words.
PRECEDENCE = (
    "extended files",
    "vars",
    "include vars",
    "step vars",
    "loop item",
    "config ultrastack:vars",
    "--set",
)
OUTSIDE = PRECEDENCE[-2:]  # stand above everything that any file says
REPLACES = "loop item"  # an item is itself; the other mappings merge
MINUS = re.compile(r"[A-Za-z_]\w*(?:-[A-Za-z_]\w*)+")
DOLLAR = re.compile(r"\$\{([A-Za-z_]\w*)(\.[\w.\[\]]+)\}")
DOLLAR_WORDS = frozenset("var local module data each self".split())  # of Terraform
SHOWN = 80  # characters of an expression in a message


class Scope:
    """The names that one step sees: variables by precedence, registers, functions. Computed once, when asked for."""

    def __init__(
        self,
        language: Language,
        base: Mapping[str, Node],
        outside: Mapping[str, Mapping[str, Node]],
        given: Mapping[str, Any],
        registers: dict[str, Any],
    ):
        """`base`: merged vars below the outside levels; `given`: stack, index; `registers` is shared and grows."""
        self.language, self.base, self.outside, self.given, self.registers = language, base, outside, given, registers
        self.nodes: dict[str, Node] = dict(base)
        for level in OUTSIDE:
            for name, node in outside.get(level, {}).items():
                self.nodes[name] = merge(self.nodes.get(name), node, level)
        self._values: dict[str, Any] = {}
        self._refused: dict[str, Refused] = {}  # asked again and again, they would be computed 2 ** n times
        self._busy: list[str] = []

    def child(self, level: str, nodes: Mapping[str, Node], **given: Any) -> Scope:
        """A scope with more names; an included file sees no registers of the outer one."""
        base = dict(self.base)
        for name, node in nodes.items():
            low = base.get(name)
            base[name] = replace(node, over=low, level=level) if level == REPLACES else merge(low, node, level)
        registers = {} if level == "include vars" else self.registers
        return Scope(self.language, base, self.outside, {**self.given, **given}, registers)

    def names(self) -> set[str]:
        return {*self.variables(), *self.language.functions}

    def variables(self) -> set[str]:
        """What can be read here; a name that is only announced cannot."""
        there = {name for name, value in self.registers.items() if not isinstance(value, Announced)}
        return {*self.given, *self.nodes, *there}

    def __contains__(self, name: object) -> bool:
        return name in self.given or name in self.nodes or name in self.registers

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        if name in self.given:
            return self.given[name]
        if name not in self.nodes:  # not kept: a later step may register under this name
            return self.registers[name]
        if name in self._refused:
            raise self._refused[name]
        self._begin(name)
        try:
            found = self._values[name] = self._whole(self.nodes[name])
        except Refused as refused:
            self._refused[name] = refused
            raise
        finally:
            self._busy.pop()
        return found

    def _begin(self, name: str) -> None:
        if name in self._busy:
            circle = " -> ".join([*self._busy[self._busy.index(name) :], name])
            raise Complaint(f"vars refer to each other in a circle: {circle}", "write one of them out")
        if len(self._busy) >= DEPTH:
            raise Complaint(f"more than {DEPTH} vars refer to each other in a row", "write one of them out")
        self._busy.append(name)

    def evaluate(self, node: Node) -> Any:
        """The value of a node, with Laters where only the cloud knows; all problems at once."""
        return self._whole(node)

    def plain(self, node: Node, use: str) -> Any:
        """A value that decides what is built: it must be known now."""
        value = self.evaluate(node)
        if (later := first_later(value)) is not None:
            what = f"{use} must be known before the cloud answers, and `{_short(later.text)}` is not"
            _refuse(node.place, what, "decide by a value of the stack file")
        return value

    def every(self, function: Callable[[T], U], things: Iterable[T]) -> list[U]:
        """All results, or all problems and not only the first."""
        results: list[U] = []
        problems: list[Problem] = []
        for thing in things:
            try:
                results.append(function(thing))
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(*problems)
        return results

    # ---- nodes

    def _whole(self, node: Node) -> Any:
        value = self._value(node)
        if node.kind in ("map", "list"):
            try:
                settle(value, self.language.words.purse)  # each part is within the limits, but together they may not be
            except Complaint as e:
                _refuse(node.place, e.what, e.fix)
        return value

    def _value(self, node: Node) -> Any:
        if node.kind == "map":
            return dict(zip(node.value, self.every(self._value, node.value.values()), strict=True))
        if node.kind == "list":
            return self.every(self._value, node.value)
        if node.kind == "plain" or "{" not in node.value:
            return node.value
        if "${" in node.value and (found := _first_dollar(node, self)) is not None:
            match, name = found
            place = place_in(node, match.start(), len(match[0]), "${")
            _refuse(place, f"`{match[0]}` is a text here, not an expression", f'write "{{{{ {name} }}}}"')
        return self._text(node) if "{{" in node.value or "{%" in node.value else node.value

    def _with_minus(self, name: str, source: str) -> str:
        """`my-net.vpc_id` reads as my minus net: the register of the step my-net is called my_net."""
        for match in MINUS.finditer(source):
            word = match[0].replace("-", "_")
            if name in match[0].split("-") and word in self:
                value = self.registers.get(word)
                if isinstance(value, Announced):
                    return value.fix
                return f"use '{word}': a - between two names is a minus"
        return ""

    def _text(self, node: Node) -> Any:
        if "{%" in node.value:
            _refuse(_first_mark(node), *NO_STATEMENTS)
        try:
            parts = pieces(node.value)
        except Complaint as e:
            _refuse(node.place, e.what, e.fix)
        values = self.every(lambda part: self._part(node, part), parts)
        spoken = [part for part in parts if part.is_expression or not part.words.isspace()]
        if len(spoken) == 1 and spoken[0].is_expression:  # alone: keeps its type
            return values[parts.index(spoken[0])]
        return self._joined(node, parts, values)

    def _part(self, node: Node, part: Piece) -> Any:
        return (
            self.calculate(part.words, place_in(node, part.offset, len(part.words) + 6))
            if part.is_expression
            else part.words
        )

    def _joined(self, node: Node, parts: tuple[Piece, ...], values: list[Any]) -> Any:
        for part, value in zip(parts, values, strict=True):
            if not isinstance(value, Later):  # found now, even beside an output
                self._in_text(node, part, value)
            elif value.kind in ("list", "mapping"):  # whatever the cloud will put into it
                self._in_text(node, part, [] if value.kind == "list" else {})
        if holds_later(values):  # not Output.concat: on a number it fails at the end, without a place
            words = _short(node.value.strip())
            make = known(node.place, words, {"parts": values}, lambda answered: _text_of(parts, answered["parts"]))
            return Later(words, make, "value")
        try:
            return _text_of(parts, values)
        except Complaint as e:
            _refuse(node.place, e.what, e.fix)

    def _in_text(self, node: Node, part: Piece, value: Any) -> None:
        try:
            to_text(value, _short(part.words))
        except Complaint as e:
            _refuse(place_in(node, part.offset, len(part.words) + 6), e.what, e.fix)

    def calculate(self, source: str, place: Place) -> Any:
        """The value of one expression, its complaints at its place."""
        try:
            return self.language.value(source, self, place)
        except Complaint as e:
            fix = (e.name and self._with_minus(e.name, source)) or e.fix
            _refuse(place, f"`{_short(source)}`: {e.what}" if source else e.what, fix)
        except RecursionError:
            _refuse(place, f"`{_short(source)}`: nested too deeply", "let fewer `vars` refer to each other")


def _first_dollar(node: Node, known: Container[object]) -> tuple[re.Match[str], str] | None:
    """`${net.vpc_id}`, as other tools write it; to a shell that is no name either, so a boot script is not meant."""
    for match in DOLLAR.finditer(node.value):
        if match[1] in DOLLAR_WORDS:
            return match, match[2].removeprefix(".")
        if match[1] in known:
            return match, match[1] + match[2]
    return None


def _text_of(parts: tuple[Piece, ...], values: list[Any]) -> str:
    text = "".join(to_text(value, _short(part.words)) for part, value in zip(parts, values, strict=True))
    if len(text) > TEXT:
        raise Complaint(f"a text of more than {TEXT:,} characters", "make it shorter")
    return text


def _first_mark(node: Node) -> Place:
    at = node.raw.find("{%")
    if at < 0 or "\n" in node.raw[:at]:
        return node.place
    return replace(node.place, column=node.place.column + at, width=2)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def _refuse(place: Place, what: str, fix: str = "") -> NoReturn:
    raise Refused(Problem(place, what, fix))
