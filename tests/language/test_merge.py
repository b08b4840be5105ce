"""A later file wins over an earlier one, key by key and step by step, and who was beaten can be seen."""

from __future__ import annotations

from typing import Any

import pytest

from ultrastack.language.merge import merge, to_node
from ultrastack.language.source import Node, parse
from ultrastack.model.place import Place, Refused


def merged(*texts: str) -> Node:
    low: Node | None = None
    for i, text in enumerate(texts):
        low = merge(low, parse(text, f"{i}.yaml"), f"level {i}")
    assert low is not None
    return low


@pytest.mark.parametrize(
    ("low", "high", "both"),
    [
        ("a: {b: 1, c: 2}", "a: {c: 3, d: 4}", {"a": {"b": 1, "c": 3, "d": 4}}),
        ("a: [1, 2]", "a: [3]", {"a": [3]}),
        ("a: 1", "a: {b: 1}", {"a": {"b": 1}}),
        ("a: {b: 1}", "a: 1", {"a": 1}),
        ("a: {b: 1, c: 2}", "a: {b: null}", {"a": {"c": 2}}),
        ("a: 1", "b: null", {"a": 1, "b": None}),
        ("a: 1", "a: null", {}),
        ("a: {b: {c: 1}}", "a: {b: {d: null}}", {"a": {"b": {"c": 1, "d": None}}}),
    ],
)
def test_mappings_merge_everything_else_replaces_and_null_removes(low: str, high: str, both: Any) -> None:
    assert merged(low, high).data() == both


def test_steps_merge_by_name_new_ones_are_appended_and_removed_ones_go() -> None:
    found = merged(
        "steps: [{name: net, aws.network: {cidr: a, zones: [1]}}, {name: logs, aws.storage_bucket: {}}]",
        "steps: [{name: data, aws.fsx_lustre: {}}, {name: net, aws.network: {zones: [2]}, when: 'true'}]",
        "steps: [{name: logs, remove: true}]",
    )
    assert found.data() == {
        "steps": [
            {"name": "net", "aws.network": {"cidr": "a", "zones": [2]}, "when": "true"},
            {"name": "data", "aws.fsx_lustre": {}},
        ]
    }


def test_only_the_steps_of_the_top_merge_by_name() -> None:
    assert merged("a: {steps: [{name: x, b: 1}]}", "a: {steps: [{name: x, c: 1}]}").data() == {
        "a": {"steps": [{"name": "x", "c": 1}]}
    }


def test_steps_without_a_name_are_all_kept() -> None:
    assert len(merged("steps: [{assert: a}]", "steps: [{assert: a}]").value["steps"].value) == 2


def test_who_won_and_whom_it_beat() -> None:
    node = merged("vars: {n: 1}", "vars: {n: 2}", "vars: {n: 3}").value["vars"].value["n"]
    chain = []
    while node is not None:
        chain.append((node.value, node.level, str(node.place)))
        node = node.over
    assert chain == [(3, "level 2", "2.yaml:1:11"), (2, "level 1", "1.yaml:1:11"), (1, "level 0", "0.yaml:1:11")]


def test_merging_changes_neither_side() -> None:
    low, high = parse("a: {b: 1}", "low"), parse("a: {b: null, c: 2}", "high")
    merge(low, high)
    assert (low.data(), high.data()) == ({"a": {"b": 1}}, {"a": {"b": None, "c": 2}})


@pytest.mark.parametrize(
    ("high", "says"),
    [
        (
            "steps: [{name: lgs, remove: true}]",
            "1.yaml:1:16  no step named 'lgs' to remove\n"
            "    1 | steps: [{name: lgs, remove: true}]\n"
            "      |                ^^^\n"
            "   fix: use 'logs'",
        ),
        (
            "steps: [{remove: true}]",
            "1.yaml:1:10  `remove` needs the name of the step to remove\n"
            "    1 | steps: [{remove: true}]\n"
            "      |          ^^^^^^\n"
            "   fix: - {name: ..., remove: true}",
        ),
        (
            "steps: [{name: logs, remove: yes}]",
            "1.yaml:1:30  `remove` takes true and nothing else\n"
            "    1 | steps: [{name: logs, remove: yes}]\n"
            "      |                              ^^^\n"
            "   fix: remove: true",
        ),
        (
            "steps: [{name: logs, remove: true, tags: {}}]",
            "1.yaml:1:36  'tags' does nothing on a step that is removed\n"
            "    1 | steps: [{name: logs, remove: true, tags: {}}]\n"
            "      |                                    ^^^^\n"
            "   fix: remove the line",
        ),
        (
            "steps: [{name: a, x: 1}, {name: a, x: 2}]",
            "1.yaml:1:33  two steps are named 'a', the first at 1.yaml:1:9\n"
            "    1 | steps: [{name: a, x: 1}, {name: a, x: 2}]\n"
            "      |                                 ^\n"
            "   fix: give one of them another name",
        ),
    ],
)
def test_steps_that_cannot_be_merged_are_refused(high: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        merged("steps: [{name: logs}]", high)
    assert str(refused.value) == says


def test_data_becomes_nodes() -> None:
    data = {"a": [1, {"b": None}], "c": "{{ text }}"}
    node = to_node(data, Place("--set"), "--set")
    assert node.data() == data
    assert node.child("a").child(1).child("b").level == "--set"  # type: ignore[union-attr]
