"""A condition of the tables is decided from values alone, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from ultrastack.catalog.resource_conditions import InputChange, decided, is_test

HIDDEN = object()


def change(
    old: Any, new: Any, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> InputChange:
    return InputChange("x", old, new, before or {}, after or {}, lambda value: value is HIDDEN)


@pytest.mark.parametrize(
    ("test", "one", "expected"),
    [
        ("falls", change(2, 1), True),
        ("falls", change(1, 1.5), False),
        ("falls", change("2.15", "2.12"), True),
        ("falls", change("2.9", "2.15"), False),  # a version, not a decimal number
        ("falls", change(None, 1), None),
        ("falls", change(1, HIDDEN), None),
        ("falls", change(True, False), None),
        ("falls", change("big", "small"), None),
        ("rises", change(1, 2), True),
        ("rises", change(HIDDEN, 2), None),
        ("appears", change(None, 1), True),
        ("appears", change(1, 2), False),
        ("not appears", change(1, 2), True),
        ("goes", change(1, None), True),
        ("appears or goes", change(1, 2), False),
        ("empties", change(["a"], []), True),
        ("empties", change(["a"], None), True),
        ("empties", change(["a"], ["b"]), False),
        ("empties", change(["a"], HIDDEN), None),
        ("fills", change(None, ["a"]), True),
        ("fills", change(["a"], ["a", "b"]), False),
        ("fills", change(HIDDEN, ["a"]), None),
        ("loses-items", change(["a", "b"], ["b"]), True),
        ("loses-items", change(["a"], ["b", "a"]), False),
        ("loses-items", change(["a"], ["b", HIDDEN]), None),
        ("loses-items", change(["a"], None), True),
        ("loses-items", change("a", "b"), None),
        ("narrows", change("10.0.0.0/16", "10.0.0.0/15"), False),
        ("narrows", change("10.0.0.0/16", "10.0.0.0/17"), True),
        ("narrows", change("10.0.0.0/16", "10.1.0.0/16"), True),
        ("narrows", change("10.0.0.0/16", "fd00::/48"), True),
        ("narrows", change("10.0.0.0/16", "unknown"), None),
        ("from true to false", change(True, False), True),
        ("from true to false", change(False, True), False),
        ("from A to B", change("A", HIDDEN), None),
        ("from A to B", change("C", HIDDEN), False),
        ("not from A to B", change("A", "B"), False),
        ("not from A to B", change("A", "C"), True),
        ("not from A to B", change("A", HIDDEN), None),
        ("is-set", change(1, 2), True),
        ("is-set", change(1, None), False),
        ("is-set a.b", change(1, 2, after={"a": {"b": 1}}), True),
        ("is-unset a", change(1, 2, after={"b": 1}), True),
        ("is a.b X", change(1, 2, after={"a": [{"c": 1}, {"b": "X"}]}), True),
        ("is a X", change(1, 2, after={"a": HIDDEN}), None),
        ("is a true", change(1, 2, after={"a": True}), True),
        ("is a true", change(1, 2, before={"a": True}), False),
        ("is-not a X", change(1, 2, after={"a": "Y"}), True),
        ("is-not a X", change(1, 2), True),
        ("is-not a X", change(1, 2, after={"a": HIDDEN}), None),
        ("was a true", change(1, 2, before={"a": True}), True),
        ("same a", change(1, 2, before={"a": 3}, after={"a": 3}), True),
        ("same a", change(1, 2, before={"a": 3}, after={"a": 4}), False),
        ("same a", change(1, 2, before={"a": 3}, after={"a": HIDDEN}), None),
        ("kind-changes a b", change(1, None, before={"a": 1}, after={"b": 1}), True),
        ("kind-changes a b", change(1, 2, before={"a": 1}, after={"a": 2}), False),
        ("members", change({}, {"a": 1}), False),
        ("region", change("us-east-1", "us-east-2"), True),
        ("undecided", change(1, 2), None),
        ("", change(1, 2), None),
        ("falls or is a X", change(1, HIDDEN, after={"a": "X"}), True),  # one yes is enough
        ("falls or is a X", change(1, HIDDEN, after={"a": "Y"}), None),
        ("falls and is a X", change(1, HIDDEN, after={"a": "Y"}), False),  # one no is enough
        ("falls and is a X", change(1, HIDDEN, after={"a": "X"}), None),
    ],
)
def test_a_condition_is_decided_from_the_values(test: str, one: InputChange, expected: bool | None) -> None:
    assert decided(test, one) is expected
    assert is_test(test) or not test


@pytest.mark.parametrize("test", ["fall", "falls or", "not", "is-sett a", "and falls"])
def test_a_misspelt_condition_is_seen(test: str) -> None:
    assert not is_test(test)
