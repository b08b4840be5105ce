"""No expression takes much time or memory, whatever it asks for."""

from __future__ import annotations

import pytest

from ultrastack.language.expressions import Language
from ultrastack.language.scope import Scope
from ultrastack.language.source import parse
from ultrastack.model.place import Place, Refused

DOUBLED = "t0: xxxxxxxxxx\nl0: [1, 2, 3, 4]\n" + "".join(
    f"t{i}: '{{{{ t{i - 1} }}}}{{{{ t{i - 1} }}}}'\nl{i}: ['{{{{ l{i - 1} }}}}', '{{{{ l{i - 1} }}}}']\n"
    for i in range(1, 40)
)
IN_A_ROW = "v0: 1\n" + "".join(f"v{i}: '{{{{ v{i - 1} }}}}'\n" for i in range(1, 500))
VALUES, TEXT = "makes more than 100,000 values", "makes a text of more than 1,000,000 characters"
DEEP = "nested more than 60 levels deep"


def refusal(expression: str, variables: str = "n: 3\n") -> str:
    scope = Scope(Language(), parse(variables, "vars.yaml").value, {}, {}, {})
    with pytest.raises(Refused) as refused:
        scope.calculate(expression, Place("f.yaml", 1, 1))
    return refused.value.problems[0].what.split("`: ")[-1]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("'a' * 10000000000", "'*' needs two numbers, and 'a' is a text"),
        ("[1] * 10000000000", "'*' needs two numbers, not a list"),
        ("range(1000000000)", VALUES),
        ("range(0, 1000000000, 1)", VALUES),
        ("range(0, -1000000000, -1)", VALUES),
        ("999999999 | range", VALUES),
        ("range(99999) + range(99999)", VALUES),
        ("[range(99999), range(99999)]", VALUES),
        ("range(99999) | map('string') | join('xxxxxxxxxxxxx')", TEXT),
        ("range(99999) | join('x') | replace('x', range(999) | join('y'))", TEXT),
        ("range(9999) | map('map', 'upper')", "`map` needs a list, and 0 is a number"),
        ("range(99) | map('range') | map('range')", "`range` needs a whole number, not a list"),
        ("range(999) | map('range') | flatten", VALUES),
        ("zip(range(99999), range(99999))", VALUES),
        ("range(50000) | zip(range(50000), range(50000))", VALUES),
        ("range(9999) | zip(range(9999)) | selectattr('0', 'in', range(9999))", VALUES),
        ("(range(99999) | join('x')) ~ (range(99999) | join('x')) ~ (range(99999) | join('x'))", TEXT),
        ("range(99999) | join('xxx') | b64encode", TEXT),
        ("'%1000000000d' % 1", "'%' needs two numbers, and '%1000000000d' is a text"),
        ("9 ** 9 ** 9 ** 9", "'**' is not part of the language"),
        ("999999999999999 * 999999999999999", "a whole number of more than 15 digits"),
        ("9" * 5000, "a number with too many digits"),
        ("'" + "9" * 5000 + "' | int", "'" + "9" * 57 + "...' is no whole number"),
        ("'1e999' | float", "'1e999' is no number"),
        ("(" * 100 + "1" + ")" * 100, DEEP),
        ("(" * 4000 + "1" + ")" * 4000, DEEP),
        ("[" * 100 + "1" + "]" * 100, DEEP),
        ("not " * 2000 + "true", DEEP),
        ("- " * 4000 + "1", DEEP),
        ("n" + ".a" * 100, DEEP),
        ("n" + " | string" * 100, DEEP),
        ("n if n else " * 500 + "n", DEEP),
        ("1" + " + 1" * 2000, DEEP),
        ("n ~ " * 4000 + "n", "an expression of more than 10,000 characters"),
    ],
    ids=lambda text: text[:40],
)
def test_an_expression_that_asks_for_too_much_is_refused(expression: str, says: str) -> None:
    assert refusal(expression) == says


def test_json_that_is_nested_deeply_is_refused() -> None:
    assert refusal("x | from_json", f"x: '{'[' * 99999}'") == "the JSON is nested more than 60 levels deep"


def test_variables_that_double_each_other_are_refused() -> None:
    assert "a text of more than 1,000,000 characters" in refusal("t39", DOUBLED)
    assert "makes more than 100,000 values" in refusal("l39", DOUBLED)


def test_many_variables_in_a_row_are_refused() -> None:
    assert "more than 60 vars refer to each other in a row" in refusal("v499", IN_A_ROW)


def test_many_small_expressions_together_are_refused() -> None:
    scope = Scope(Language(), {}, {}, {}, {})
    with pytest.raises(Refused) as refused:
        for i in range(1000):
            scope.calculate(f"range(90000) | length + {i}", Place("f.yaml", 1, 1))
    assert refused.value.problems[0].what.endswith("all expressions together make too many values")
