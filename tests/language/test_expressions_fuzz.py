"""Whatever is typed, it has a value or is Refused; nothing else ever comes out, and soon."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.language.test_expressions import scope
from ultrastack.language.filters import FILTERS
from ultrastack.language.functions import FUNCTIONS, HANDED
from ultrastack.language.is_tests import TESTS
from ultrastack.language.source import parse
from ultrastack.model.place import Place, Refused

MODEST = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))

ATOMS = st.sampled_from(
    "n flag xs m net net.vpc_id net.ids net.ids[0] net.x nodes out out.vpc_id missing circle stack null true 'a' '' 0 1"
    " '2026' -3 1.5 999999999999999 1e300 [] {} [1,2] ['a'] {'a':1} range(9) range(99999) secret('token')".split()
)
OPERATORS = st.sampled_from("+ - * / // % ~ == != < <= > >= and or in".split() + ["not in"])
FILTER_NAMES, TEST_NAMES = st.sampled_from([*FILTERS, "list", "map('upper')"]), st.sampled_from([*TESTS, "iterable"])
FUNCTION_NAMES = st.sampled_from([*FUNCTIONS, *HANDED, "upper"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(" ".join),
        st.tuples(inner, FILTER_NAMES).map(" | ".join),
        st.tuples(inner, FILTER_NAMES, arguments).map(lambda t: f"({t[0]}) | {t[1]}({t[2]})"),
        st.tuples(inner, st.sampled_from(["map", "selectattr", "rejectattr", "sort"]), inner, inner).map(
            lambda t: f"[{t[0]}, {t[2]}] | {t[1]}({t[3]})"
        ),
        st.tuples(inner, TEST_NAMES, inner).map(lambda t: f"({t[0]}) is {t[1]} {t[2]}"),
        st.tuples(inner, inner, inner).map(lambda t: f"{t[0]} if {t[1]} else {t[2]}"),
        st.tuples(FUNCTION_NAMES, arguments).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]})[{t[1]}:{t[2]}]"),
        arguments.map(lambda t: f"[{t}]"),
        st.tuples(inner, inner).map(lambda t: f"{{{t[0]}: {t[1]}}}"),
        inner.map(lambda t: f"not {t}"),
        inner.map(lambda t: f"-{t}"),
    )


def ask(source: str) -> None:
    with contextlib.suppress(Refused):
        scope().calculate(source, Place("f.yaml", 1, 1))


@MODEST
@given(st.recursive(ATOMS, larger, max_leaves=12))
def test_every_grammatical_expression_has_a_value_or_is_refused(source: str) -> None:
    ask(source)


@MODEST
@given(st.text(alphabet="abn_.|~+-*/%()[]{}<>=!'\"\\,: 0123456789éx\n#@$&", max_size=80))
def test_every_other_text_is_an_expression_or_refused(source: str) -> None:
    ask(source)


@MODEST
@given(st.text(max_size=200))
def test_every_text_is_yaml_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        scope().evaluate(parse(text, "f.yaml"))


PIECES = st.lists(
    st.sampled_from(
        "a: |b |- |  |\n|\n  |\n    |'|\"|{{ |}} |{|}|[|]|, |&a |*a |!t |#|x|1|<<: |? |>|%|\t|n|\\|@|---\n".split("|")
        + ["...\n", "{%", "\x85", "\u2028", "\ufeff"]
        + ["|", "|\n", "x | y"]
    ),
    max_size=40,
).map("".join)


@MODEST
@given(PIECES)
def test_every_mixture_of_yaml_signs_is_yaml_or_refused(text: str) -> None:
    try:
        scope().evaluate(parse(text, "f.yaml"))
    except Refused as refused:
        assert all(problem.fix for problem in refused.problems), refused
        assert str(refused)
