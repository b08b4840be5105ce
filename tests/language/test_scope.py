"""A name has the value of the highest level that sets it, and says so."""

from __future__ import annotations

import pytest

from ultrastack.language.expressions import Language
from ultrastack.language.origin import origin, reads
from ultrastack.language.scope import OUTSIDE, PRECEDENCE, Scope
from ultrastack.language.source import Node, parse
from ultrastack.model.place import Refused


def variables(text: str, level: str) -> dict[str, Node]:
    found: dict[str, Node] = parse(text, f"{level}.yaml").value
    for node in found.values():
        node.level = level
    return found


def stacked(*levels: str) -> Scope:
    """A scope in which each of the levels sets n to its own name."""
    nodes = {level: variables(f"n: {level}\nm: {{{level.replace(' ', '-')}: 1}}", level) for level in levels}
    outside = {level: nodes[level] for level in levels if level in OUTSIDE}
    scope = Scope(Language(), {}, outside, {"stack": "dev"}, {})
    for level in levels:
        if level not in OUTSIDE:
            scope = scope.child(level, nodes[level])
    return scope


@pytest.mark.parametrize("count", range(1, len(PRECEDENCE) + 1))
def test_the_highest_level_wins(count: int) -> None:
    levels = PRECEDENCE[:count]
    scope = stacked(*levels)
    assert scope["n"] == levels[-1]
    beaten, node = [], scope.nodes["n"]
    while node is not None:
        beaten.append(node.level)
        node = node.over  # type: ignore[assignment]
    assert beaten == list(reversed(levels))


def test_mappings_of_two_levels_merge_but_a_loop_item_is_itself() -> None:
    assert stacked("vars", "step vars")["m"] == {"vars": 1, "step-vars": 1}
    assert stacked("vars", "loop item")["m"] == {"loop-item": 1}


def test_a_variable_is_computed_with_the_names_of_its_user() -> None:
    base = Scope(Language(), parse("size: '{{ item }} GiB'", "f").value, {}, {}, {})
    sizes = [base.child("loop item", parse(f"item: {i}", "f").value)["size"] for i in (1, 2)]
    assert sizes == ["1 GiB", "2 GiB"]


def test_an_included_file_sees_no_registers_of_the_outer_one() -> None:
    scope = Scope(Language(), {}, {}, {}, {"net": 1})
    assert "net" in scope.child("step vars", {})
    assert "net" not in scope.child("include vars", {})


def test_a_name_that_is_registered_later_is_found_then() -> None:
    registers: dict[str, object] = {}
    scope = Scope(Language(), {}, {}, {}, registers)
    assert "net" not in scope
    registers["net"] = 5
    assert scope["net"] == 5


def test_values_from_outside_are_data_and_no_expressions() -> None:
    from ultrastack.language.merge import to_node
    from ultrastack.model.place import Place

    scope = Scope(Language(), {}, {"--set": {"n": to_node("{{ 1 + 1 }}", Place("--set"))}}, {}, {})
    assert scope["n"] == "{{ 1 + 1 }}"


def test_what_decides_must_be_known_now() -> None:
    from tests.language.test_expressions import scope

    node = parse("when: '{{ net.vpc_id == 1 }}'", "stacks/dev.yaml").value["when"]
    with pytest.raises(Refused) as refused:
        scope().plain(node, "`when`")
    assert str(refused.value) == (
        "stacks/dev.yaml:1:7  `when` must be known before the cloud answers, and `net.vpc_id == 1` is not\n"
        "    1 | when: '{{ net.vpc_id == 1 }}'\n"
        "      |       ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   fix: decide by a value of the stack file"
    )


def test_the_origin_of_a_value_is_where_it_was_written() -> None:
    text = "sizes: {small: {gib: 8}}\nchosen: '{{ sizes.small }}'\nlist: ['{{ chosen }}']\n"
    scope = Scope(Language(), parse(text, "vars.yaml").value, {}, {}, {})
    argument = parse("x: '{{ list[0].gib }}'", "stacks/dev.yaml").value["x"]
    found = origin(argument, scope)
    assert found is not None
    assert (found.value, str(found.place)) == (8, "vars.yaml:1:22")
    assert origin(parse("x: '{{ missing }}'", "f").value["x"], scope) is None


@pytest.mark.parametrize(
    ("source", "chains"),
    [
        ("item.max + n", [["item", "max"], ["n"]]),
        ("net.ids[0].x", [["net", "ids", 0, "x"]]),
        ("net.ids[i]", [["net", "ids"], ["i"]]),
        ("zip(a, b) | map(attribute='c')", [["a"], ["b"]]),
        ("a.b if a.b is defined else 'x'", [["a", "b"]]),
        ("1", []),
    ],
)
def test_an_expression_tells_what_it_reads(source: str, chains: list[list[str | int]]) -> None:
    assert sorted(map(str, reads(source, Language()))) == sorted(map(str, chains))
