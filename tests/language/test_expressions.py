"""Every expression gives the value, or the words of refusal, that its case promises."""

from __future__ import annotations

from typing import Any

import pytest

from tests.language.cases_of import cases
from ultrastack.language.expressions import Language
from ultrastack.language.functions import make_config, make_secret, make_stack_output
from ultrastack.language.merge import to_node
from ultrastack.language.scope import Scope
from ultrastack.language.source import parse
from ultrastack.language.values import LeftOut, Register
from ultrastack.model.later import Later
from ultrastack.model.place import Place, Refused

VARS = """
n: 3
flag: true
xs: [1, 2, 3]
m: {a: 1, items: 5, a-b: 7}
circle: "{{ ring }}"
ring: "{{ circle }}"
"""


def later(text: str, kind: Any = None) -> Later:
    return Later(text, lambda built: None, kind, declared=True)


def scope() -> Scope:
    """A few variables, a registered step, one that was left out, and a loop of two."""
    functions = {
        "config": make_config({"team": "ml"}, {"token"}),
        "secret": make_secret(),
        "stack_output": make_stack_output(),
    }
    net = Register("net", {"vpc_id": later("net.vpc_id", "value"), "ids": later("net.ids", "list")})
    left_out = LeftOut("the step of 'out' is left out by its `when` at stacks/dev.yaml:9:11", ("vpc_id",), "out")
    registers = {"net": net, "out": left_out, "nodes": [net, net]}
    return Scope(Language(functions), parse(VARS, "vars.yaml").value, {}, {"stack": "dev"}, registers)


def evaluate(text: str) -> Any:
    node = to_node(text, Place("stacks/dev.yaml"))
    node.kind = "text"
    return scope().evaluate(node)


@pytest.mark.parametrize("case", cases("expressions"), ids=lambda case: case["text"])
def test_an_expression_has_its_value(case: dict[str, Any]) -> None:
    value = evaluate(case["text"])
    assert value == case["is"]
    assert type(value) is type(case["is"])


@pytest.mark.parametrize("case", cases("expression_refusals"), ids=lambda case: case["text"][:60])
def test_a_refusal_says_what_is_wrong_and_what_to_type(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        evaluate(case["text"])
    said = "\n".join(f"{p.what}\nfix: {p.fix}" if p.fix else p.what for p in refused.value.problems)
    assert said == case["says"]


def test_no_refusal_speaks_python_or_jinja() -> None:
    said = "\n".join(case["says"] for case in cases("expression_refusals"))
    for word in (
        "NoneType",
        " object",
        "iterable",
        "Traceback",
        "token '",
        "template",
        "positional",
        "argument '",
        "<class",
    ):
        assert word not in said


def test_every_refusal_has_a_fix() -> None:
    assert [case["text"] for case in cases("expression_refusals") if "\nfix: " not in case["says"]] == []


def test_the_caret_stands_under_the_expression() -> None:
    node = (
        parse("vars:\n  script: |\n    echo {{ n }}\n    echo {{ typo }}\n", "stacks/dev.yaml")
        .value["vars"]
        .value["script"]
    )
    with pytest.raises(Refused) as refused:
        scope().evaluate(node)
    assert str(refused.value) == (
        "stacks/dev.yaml:4:10  `typo`: 'typo' is undefined\n"
        "    4 |     echo {{ typo }}\n"
        "      |          ^^^^^^^^^^\n"
        "   fix: write it under `vars`, or in quotes if it is a text: 'typo'; "
        "there is: circle, flag, m, n, net, nodes, out, ring, stack, xs"
    )


def test_the_caret_is_right_in_folded_and_quoted_texts() -> None:
    text = 'a: >-\n  x\n  {{ typo }}\nb: "x {{ typo }}"\nc: x {{ typo }}\nd: "\\x7b{ typo }}"\n'
    places = []
    for node in parse(text, "f.yaml").value.values():
        with pytest.raises(Refused) as refused:
            scope().evaluate(node)
        places.append(str(refused.value.problems[0].place))
    assert places == ["f.yaml:3:3", "f.yaml:4:7", "f.yaml:5:6", "f.yaml:6:4"]


def test_all_problems_of_a_value_are_told_at_once() -> None:
    node = parse('a: "{{ t1 }} {{ t2 }}"\nb: ["{{ t3 }}", {c: "{{ t4 }}"}]\n', "f.yaml")
    with pytest.raises(Refused) as refused:
        scope().evaluate(node)
    assert [p.place.line for p in refused.value.problems] == [1, 1, 2, 2]


def test_an_expression_is_parsed_once() -> None:
    language = Language()
    assert language.tree("n + 1") is language.tree("n + 1")
