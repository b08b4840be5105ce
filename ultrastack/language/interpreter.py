"""What is the value of an expression's tree, and which parts of it must wait for the cloud?

Jinja parses; the tree is walked here, operation by operation, instead of being compiled to Python. So every
intermediate result has a limit, every refusal is in the user's words, and a value that only the cloud knows can never
be asked for an answer.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jinja2.nodes as ast

from .filters import filter_hint
from .foreign import NAMES
from .is_tests import OPERATORS
from .keywords import RESERVED
from .limits import WORK, Budget, Complaint, Purse, checked_number, sort_of
from .pure import NeedsLater, Tools
from .reach import reach
from .values import Absent, Lifted, holds_later, nearest, to_text

Handler = Callable[["Run", Any], Any]


class Names(Protocol):
    """Where an expression's names come from."""

    def __contains__(self, name: str) -> bool: ...
    def __getitem__(self, name: str) -> Any: ...
    def names(self) -> set[str]: ...
    def variables(self) -> set[str]: ...


@dataclass(frozen=True)
class Words:
    """What the language offers to an expression."""

    filters: Mapping[str, Any]
    functions: Mapping[str, Any]
    purse: Purse


class Run:
    """One evaluation: its names, its budget and, once the cloud has answered, the parts that had to wait."""

    def __init__(self, words: Words, names: Names, answered: Mapping[int, Any] | None = None):
        self.words, self.names = words, names
        self.answered = answered or {}  # id of a node -> its value
        self.tools = Tools(Budget(WORK, words.purse), self.filter, self.test, reach)

    def value(self, node: ast.Node) -> Any:
        if self.answered and id(node) in self.answered:
            return self.answered[id(node)]
        return HANDLERS[type(node)](self, node)

    def plain(self, node: ast.Node) -> Any:
        """A value to compute with: there, and known."""
        return asked(self.value(node))

    # ---- references: known as soon as their own element is

    def by_name(self, node: ast.Name) -> Any:
        name = node.name
        if name == "null":  # as YAML writes it; Jinja only knows none
            return None
        if name in self.names:
            return self.names[name]
        return Absent(f"'{name}' is undefined", _fix_for_name(name, self.names), name)

    def attribute(self, node: ast.Getattr) -> Any:
        return reach(self.value(node.node), node.attr)

    def item(self, node: ast.Getitem) -> Any:
        base = self.value(node.node)
        if isinstance(node.arg, ast.Slice):
            parts = [None if p is None else self.plain(p) for p in (node.arg.start, node.arg.stop, node.arg.step)]
            if any(isinstance(p, bool) or not isinstance(p, (int, type(None))) for p in parts) or parts[2] == 0:
                raise Complaint("a slice needs whole numbers", "as in x[0:2]")
            return reach(base, slice(*parts))
        return reach(base, self.plain(node.arg))

    def call(self, node: ast.Call) -> Any:
        name = node.node.name  # type: ignore[attr-defined]  # the tree was checked
        args = [self.plain(a) for a in node.args]
        return self.words.functions[name].call(self.tools, args, {k.key: self.plain(k.value) for k in node.kwargs})

    # ---- choices: only what is chosen is computed

    def choice(self, node: ast.CondExpr) -> Any:
        if truth(self.plain(node.test)):
            return self.value(node.expr1)
        if node.expr2 is None:
            return Absent("the condition is false and there is no `else`", "add: else ...")
        return self.value(node.expr2)

    def both(self, node: ast.And) -> Any:
        left = self.plain(node.left)
        return self.value(node.right) if truth(left) else left

    def either(self, node: ast.Or) -> Any:
        left = self.plain(node.left)
        return left if truth(left) else self.value(node.right)

    # ---- literals: outputs inside stay what they are

    def list_of(self, node: ast.List | ast.Tuple) -> list[Any]:
        self.tools.spend(len(node.items))
        return [there(self.value(item)) for item in node.items]

    def mapping(self, node: ast.Dict) -> dict[str, Any]:
        made = {}
        for pair in node.items:
            key = self.plain(pair.key)
            if not isinstance(key, str):
                raise Complaint(f"a key must be a text, not {sort_of(key)}", "put it in quotes, or add | string")
            made[key] = there(self.value(pair.value))
        return made

    # ---- operations

    def comparison(self, node: ast.Compare) -> bool:
        left = self.plain(node.expr)
        for operand in node.ops:
            right = self.plain(operand.expr)
            if not self.test(operand.op, left, [right]):
                return False
            left = right
        return True

    def joined(self, node: ast.Concat) -> str:
        parts = [to_text(self.plain(n), written(n)) for n in node.nodes]
        self.tools.spend(0, sum(map(len, parts)))
        return "".join(parts)

    def arithmetic(self, node: ast.BinExpr) -> Any:
        if isinstance(node, ast.Add):
            left, right = there(self.value(node.left)), there(self.value(node.right))
            if isinstance(left, list) and isinstance(right, list):  # of outputs, too
                self.tools.spend(len(left) + len(right))
                return left + right
            left, right = asked(left), asked(right)
            if isinstance(left, str) and isinstance(right, str):
                self.tools.spend(0, len(left) + len(right))
                return left + right
        else:
            left, right = self.plain(node.left), self.plain(node.right)
        sign, compute = ARITHMETIC[type(node)]
        for side in (left, right):
            if isinstance(side, bool) or not isinstance(side, (int, float)):
                raise Complaint(_no_number(sign, side), _fix_for(sign, left, right), side)
        try:
            return checked_number(compute(left, right))
        except ZeroDivisionError:
            raise Complaint("a division by zero", "guard it: a / b if b else 0") from None
        except OverflowError:
            raise Complaint("a number that is too large", "write a smaller one") from None

    def signed(self, node: ast.Neg | ast.Pos) -> Any:
        value = self.plain(node.node)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise Complaint(f"a sign needs a number, not {sort_of(value)}", "add | int or | float")
        return -value if isinstance(node, ast.Neg) else value

    # ---- filters and tests

    def filtered(self, node: Any) -> Any:
        args = [self.value(a) for a in node.args]
        kwargs = {pair.key: self.value(pair.value) for pair in node.kwargs}
        return self.filter(node.name, self.value(node.node), args, kwargs)

    def filter(self, name: str, value: Any, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
        if name not in self.words.filters:  # of map('name'); the others were checked with the tree
            raise Complaint(f"there is no filter '{name}'", filter_hint(name))
        return self.words.filters[name].apply(self.tools, value, args, kwargs)

    def tested(self, node: ast.Test) -> bool:
        value = self.value(node.node)
        if node.name in ("defined", "undefined"):
            return is_defined(value) is (node.name == "defined")
        return self.test(node.name, asked(value), [self.plain(a) for a in node.args])

    def test(self, name: str, value: Any, args: list[Any]) -> bool:
        return OPERATORS[name].holds(self.tools, value, args)


# ---- what an operation may ask


def there(value: Any) -> Any:
    if isinstance(value, Absent):
        raise value.complaint()
    return value


def asked(value: Any) -> Any:
    """The value, if it is there and all of it is known."""
    if holds_later(there(value)):
        raise NeedsLater
    return value


def is_defined(value: Any) -> bool:
    """An output that a component declares will be there; what lies below it only the cloud knows."""
    if isinstance(value, Absent):
        return False
    if isinstance(value, Lifted) and not value.declared:
        raise NeedsLater
    return True


def truth(value: Any) -> bool:
    return bool(value)


def _fix_for_name(name: str, names: Names) -> str:
    if name.lower() in ("yes", "no", "on", "off"):
        return "true and false are the only booleans"
    if name in RESERVED:
        return f"'{name}' is {RESERVED[name]}: add loop: [a, b] to the step"
    if name in NAMES:
        return NAMES[name]
    near = nearest(name, names.names())
    if near.startswith("use "):
        return near
    known = nearest("", names.variables())
    return f"write it under `vars`, or in quotes if it is a text: '{name}'" + (
        f"; there is: {known[8:]}" if known else ""
    )


def _no_number(sign: str, side: Any) -> str:
    shows = isinstance(side, str)
    return (
        f"'{sign}' needs two numbers, and {{}} is a text"
        if shows
        else f"'{sign}' needs two numbers, not {sort_of(side)}"
    )


def _fix_for(sign: str, left: Any, right: Any) -> str:
    if sign == "+" and str in (type(left), type(right)):
        return "use ~ to join texts, or | int to compute"
    return "write the text out" if sign == "*" and str in (type(left), type(right)) else "add | int or | float"


def written(node: ast.Node) -> str:
    """A reference in the user's words, as far as the tree still knows them."""
    if isinstance(node, ast.Name):
        return node.name
    if isinstance(node, ast.Getattr):
        return f"{written(node.node)}.{node.attr}" if written(node.node) else ""
    return ""


ARITHMETIC: dict[type[ast.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mul: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}

HANDLERS: dict[type[ast.Node], Handler] = {
    ast.Name: Run.by_name,
    ast.Const: lambda run, node: node.value,
    ast.Getattr: Run.attribute,
    ast.Getitem: Run.item,
    ast.Call: Run.call,
    ast.CondExpr: Run.choice,
    ast.And: Run.both,
    ast.Or: Run.either,
    ast.Not: lambda run, node: not truth(run.plain(node.node)),
    ast.List: Run.list_of,
    ast.Tuple: Run.list_of,
    ast.Dict: Run.mapping,
    ast.Compare: Run.comparison,
    ast.Concat: Run.joined,
    ast.Neg: Run.signed,
    ast.Pos: Run.signed,
    ast.Filter: Run.filtered,
    ast.Test: Run.tested,
    **dict.fromkeys(ARITHMETIC, Run.arithmetic),
}
