"""Every filter, function and test has a sentence and an example, and the example is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.language.cases_of import cases
from tests.language.test_expressions import scope
from ultrastack.language.filters import FILTERS, Filter
from ultrastack.language.functions import FUNCTIONS, HANDED, Function
from ultrastack.language.is_tests import TESTS
from ultrastack.language.is_tests import Test as IsTest
from ultrastack.model.later import Later
from ultrastack.model.place import Place, Refused

PROMISED = """default int float bool string lower upper replace join split length first last min max sum unique sort map
    selectattr rejectattr combine flatten dict2items items2dict to_json from_json b64encode basename range zip ternary
    trim""".split()


def value_of(expression: str) -> Any:
    return scope().calculate(expression, Place("f.yaml", 1, 1))


def test_the_list_of_filters_is_the_promised_one() -> None:
    assert sorted(FILTERS) == sorted(PROMISED)


def test_the_list_of_functions_is_the_promised_one() -> None:
    assert sorted([*FUNCTIONS, *HANDED]) == "cidr_subnet config machine range secret stack_output zip".split()


@pytest.mark.parametrize("entry", [*FILTERS.values(), *FUNCTIONS.values(), *HANDED.values()], ids=lambda e: e.name)
def test_the_example_gives_what_it_says(entry: Filter | Function) -> None:
    value = value_of(entry.example)
    if entry.result is ...:
        assert isinstance(value, Later)
    else:
        assert value == entry.result
        assert type(value) is type(entry.result)


@pytest.mark.parametrize("entry", TESTS.values(), ids=lambda e: e.name)
def test_the_example_of_a_test_is_true(entry: IsTest) -> None:
    assert value_of(entry.example) is True


@pytest.mark.parametrize(
    "entry", [*FILTERS.values(), *FUNCTIONS.values(), *HANDED.values(), *TESTS.values()], ids=lambda e: e.name
)
def test_the_description_is_one_sentence(entry: Filter | Function | IsTest) -> None:
    assert entry.about.endswith(".")
    assert entry.about[0].isupper()
    assert entry.name in entry.example


WRONG = [
    "null",
    "true",
    "3",
    "1.5",
    "'a'",
    "[1, 'a', null]",
    "{'a': 1}",
    "[[1], {}]",
    "net",
    "nodes",
    "missing",
    "out",
    "net.ids",
]


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_on_the_wrong_sort_of_value_is_refused_in_our_words(name: str) -> None:
    arguments = [
        "",
        "(null)",
        "(3)",
        "('a')",
        "([1])",
        "({'a': 1})",
        "('a', 'b')",
        "(attribute='a')",
        "(1, 2, 3, 4, 5)",
    ]
    for value in WRONG:
        for written in arguments:
            try:
                value_of(f"{value} | {name}{written}")
            except Refused as refused:
                [problem] = refused.problems
                assert problem.what.startswith(f"`{value} | {name}{written}`: ")
                assert problem.fix
                assert "object" not in problem.what
                assert "NoneType" not in problem.what


@pytest.mark.parametrize("name", [*FUNCTIONS, *HANDED])
def test_a_function_on_the_wrong_sort_of_value_is_refused_in_our_words(name: str) -> None:
    for written in [
        "",
        "null",
        "3",
        "'a'",
        "[1]",
        "{'a': 1}",
        "'a', 3",
        "3, 'a', 1",
        "'10.0.0.0/8', true, 1",
        "net, 3",
        "1, 2, 3, 4",
    ]:
        try:
            value_of(f"{name}({written})")
        except Refused as refused:
            assert refused.problems[0].fix


@pytest.mark.parametrize("name", TESTS)
def test_a_test_on_the_wrong_sort_of_value_is_refused_in_our_words(name: str) -> None:
    for value in WRONG:
        for written in ["", " 3", " 'a'", " [1]", " null", " net"]:
            try:
                assert isinstance(value_of(f"{value} is {name}{written}"), (bool, Later))
            except Refused as refused:
                assert refused.problems[0].fix


def test_every_filter_and_function_has_cases() -> None:
    texts = [case["text"] for name in ("expressions", "expression_refusals") for case in cases(name)]
    texts += [file.read_text("utf-8") for file in (Path(__file__).parent / "cases" / "refusals").glob("*.yaml")]
    unused = [f for f in FILTERS if not any(re.search(rf"\|\s*{f}\b|map\('{f}'", text) for text in texts)]
    unused += [f for f in {**FUNCTIONS, **HANDED} if not any(f"{f}(" in text for text in texts)]
    assert unused == []
