"""What can an expression ask with `is`, and how do its comparisons compare?"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .limits import Complaint, sort_of
from .pure import Tools
from .values import nearest


@dataclass(frozen=True)
class Test:
    """One test: `value is name(args)`."""

    name: str
    about: str  # one sentence
    example: str  # an expression that is true
    arguments: int
    work: Callable[..., bool]

    def holds(self, tools: Tools, value: Any, args: list[Any]) -> bool:
        if len(args) != self.arguments:
            wanted = "one value to compare with" if self.arguments else "nothing behind it"
            raise Complaint(f"`is {self.name}` takes {wanted}", f"as in {self.example}")
        return self.work(tools, value, *args)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(name: str) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise Complaint(f"`is {name}` needs a whole number, not {sort_of(value)}", "add | int")

    return check


def _contains(tools: Tools, value: Any, inside: Any) -> bool:
    if isinstance(inside, str):
        if not isinstance(value, str):
            raise Complaint(f"only a text can be in a text, and {{}} is {sort_of(value)}", "add | string", value)
        tools.spend(0, len(inside) // 10 + len(value) // 10)
        return value in inside
    if isinstance(inside, list):
        tools.size_up(inside)
        return value in inside
    if isinstance(inside, Mapping):
        return isinstance(value, str) and value in inside
    raise Complaint(
        f"`in` needs a list, a text or a mapping, and {{}} is {sort_of(inside)}", "write a list: [...]", inside
    )


def _ordered(sign: str, compare: Callable[[Any, Any], bool]) -> Callable[[Tools, Any, Any], bool]:
    def work(tools: Tools, left: Any, right: Any) -> bool:
        if _number(left) and _number(right) or isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        fix = (
            "add | int or | float"
            if isinstance(left, str) != isinstance(right, str)
            else "compare single values that are there"
        )
        raise Complaint(f"'{sign}' compares two numbers or two texts, not {sort_of(left)} with {sort_of(right)}", fix)

    return work


def _equal(tools: Tools, left: Any, right: Any) -> bool:
    """true is not 1 here."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


_odd, _even = _whole("odd"), _whole("even")

_ENTRIES = [
    Test("defined", "The name, key, element or output is there.", "stack is defined", 0, lambda t, v: True),
    Test(
        "undefined",
        "The name, key or element is not there, or its step was left out.",
        "nothing is undefined",
        0,
        lambda t, v: False,
    ),
    Test("none", "The value is empty: null.", "null is none", 0, lambda t, v: v is None),
    Test("string", "The value is a text.", "'a' is string", 0, lambda t, v: isinstance(v, str)),
    Test("number", "The value is a number.", "1.5 is number", 0, lambda t, v: _number(v)),
    Test("integer", "The value is a whole number.", "2 is integer", 0, lambda t, v: _number(v) and isinstance(v, int)),
    Test("boolean", "The value is true or false.", "false is boolean", 0, lambda t, v: isinstance(v, bool)),
    Test("mapping", "The value is a mapping.", "{'a': 1} is mapping", 0, lambda t, v: isinstance(v, Mapping)),
    Test("sequence", "The value is a list.", "[1, 2] is sequence", 0, lambda t, v: isinstance(v, list)),
    Test("odd", "The whole number is odd.", "3 is odd", 0, lambda t, v: _odd(v) % 2 == 1),
    Test("even", "The whole number is even.", "4 is even", 0, lambda t, v: _even(v) % 2 == 0),
    Test(
        "in",
        "The value is an element of a list, a part of a text or a key of a mapping.",
        "'a' is in ['a', 'b']",
        1,
        _contains,
    ),
    Test("eq", "The two are equal; the same as ==.", "1 is eq 1", 1, _equal),
    Test("ne", "The two differ; the same as !=.", "1 is ne 2", 1, lambda t, v, w: not _equal(t, v, w)),
    Test("lt", "The first is smaller; the same as <.", "1 is lt 2", 1, _ordered("<", operator.lt)),
    Test("le", "The first is smaller, or they are equal; the same as <=.", "2 is le 2", 1, _ordered("<=", operator.le)),
    Test("gt", "The first is larger; the same as >.", "2 is gt 1", 1, _ordered(">", operator.gt)),
    Test("ge", "The first is larger, or they are equal; the same as >=.", "2 is ge 2", 1, _ordered(">=", operator.ge)),
]

TESTS: Mapping[str, Test] = {test.name: test for test in _ENTRIES}
OPERATORS: Mapping[str, Test] = {
    **TESTS,
    "lteq": TESTS["le"],
    "gteq": TESTS["ge"],
    "notin": Test("notin", "", "", 1, lambda t, v, w: not _contains(t, v, w)),
}

# Words that users of Ansible and Jinja type out of habit
_HABITS = {
    "equalto": "use 'eq'",
    "==": "use 'eq'",
    "!=": "use 'ne'",
    "<": "use 'lt'",
    "<=": "use 'le'",
    ">": "use 'gt'",
    ">=": "use 'ge'",
    "sameas": "use 'eq'",
    "iterable": "use 'sequence'",
    "dict": "use 'mapping'",
    "true": "compare it: x == true",
    "false": "compare it: x == false",
}


def test_hint(name: str) -> str:
    return _HABITS.get(name) or nearest(name, TESTS)
