"""What other stacks may read is told where it differs, without its values."""

from __future__ import annotations

from ultrastack.model.comparison import Comparison
from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.plan import Plan
from ultrastack.model.values import SECRET, UNKNOWN, Value
from ultrastack.planner.exports_change import exports_notes


def graph(outputs: dict[str, Value], made: bool = True) -> Graph:
    one = Resource("urn:pulumi:a::p::aws:s3/bucket:Bucket::b", "b", "aws:s3/bucket:Bucket", "custom")
    return Graph("p", "a", resources=(one,) * made, outputs=outputs)


def told(old: Graph, new: Graph) -> list[str]:
    plan = Plan(new, "main", comparison=Comparison(old, ()))
    return [note.text for note in exports_notes([StackPlan("a", plan), StackPlan("b", failed="no")])]


def test_each_way_to_differ() -> None:
    old: dict[str, Value] = {
        "gone": 1,
        "same": [{"x": UNKNOWN}],
        "other": "s3cret-1",
        "deep": {"x": [1]},
        "key": SECRET,
    }
    new: dict[str, Value] = {
        "came": 1,
        "same": [{"x": UNKNOWN}],
        "other": "s3cret-2",
        "deep": {"x": [2]},
        "key": SECRET,
    }
    (said,) = told(graph(old), graph(new))
    assert said.endswith("differ; gone: gone; new: came; other values: deep, other")


def test_nothing_is_told_where_nobody_knows_or_all_is_new_or_gone() -> None:
    assert told(graph({"a": UNKNOWN}), graph({"a": "sg-1"})) == []
    assert told(graph({"a": "sg-1"}), graph({"a": UNKNOWN})) == []
    assert told(graph({}, made=False), graph({"a": 1})) == []
    assert told(graph({"a": 1}), graph({}, made=False)) == []


def test_many_names_are_counted() -> None:
    (said,) = told(graph({}), graph({f"n{i}": i for i in range(9)}))
    assert said.endswith("new: n0, n1, n2, n3, n4 and 4 more")
