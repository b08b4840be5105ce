"""Damaged programs: no rule raises, and what becomes unknown is never taken for good, nor for bad."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.policies.cases import Case, all_cases, graph_of
from tests.policies.made import BUCKET, world
from ultrastack.model.graph import Graph
from ultrastack.model.values import SECRET, UNKNOWN, UNKNOWN_SECRET, Asset, ResourceReference
from ultrastack.planner.diff import diff
from ultrastack.policies.checking import outcomes
from ultrastack.policies.finder import find_rules
from ultrastack.policies.said import Undecided
from ultrastack.policies.world import World

RULES = {rule.id: rule for rule in find_rules()}
ALWAYS: Any = dict.fromkeys(RULES, "mandatory")
PROGRAMS = [case for case in all_cases() if case.resources and not case.stack and case.rule in RULES]
TOPICS = sorted({case.rule.partition(".")[0] for case in PROGRAMS})
ROUNDS = 5  # of each program, with some other damage each time
GONE = object()
# Instead of a value: nothing, marks, other types, texts that look like numbers, ranges, ARNs or JSON and are none
DAMAGE: list[Any] = [
    GONE, None, UNKNOWN, SECRET, UNKNOWN_SECRET, Asset("asset", "0"), ResourceReference("urn:pulumi:a::b::c::d"),
    "", "x", "true", "1", "²", "nan", "1e999", "é\n", "10.0.0.0/99", "arn:", '{"a":', "[]", "null", '"x"',
    '{"Statement": [1, null, {"Action": [null, {}]}]}', "2026-99-99T00:00:00", 0, -1, 1, 3.5, 10**30, float("nan"),
    float("inf"), True, False, [], {}, [None], [UNKNOWN], [[]], ["a", UNKNOWN, {}], [{}], [{"a": None}], {"a": 1},
]  # fmt: skip
# What a rule takes for good though nobody knows it, since what is unknown there comes from a resource that makes it so:
# a key of one's own, an account of one's own, one subnet as the SDKs take it; and a policy that S3 would refuse.
TRUSTED = {
    ("security.data_has_a_customer_key", "kmsMasterKeyId"),
    ("security.gcp_machines_have_own_account", "serviceAccount.email"),
    ("tpu.workers_have_own_account", "nodeConfig.serviceAccount"),
    ("storage.lustre_one_subnet", "subnetIds"),
    ("security.bucket_policies_name_whom_they_allow", "policy"),
}
# Rules that speak of what is written, wherever it is: what is not known is not written.
OF_WORDS = {"tags.aws_tags_can_be_set", "tags.google_labels_can_be_set", "tags.keys_have_one_spelling",
            "stack.values_are_within_the_clouds_limits"}  # fmt: skip

Path = tuple[Any, ...]


@pytest.mark.parametrize("topic", TOPICS)
def test_no_damage_makes_a_rule_raise(topic: str) -> None:
    chance = random.Random(topic)
    broken = set()
    for case in _of(topic):
        for _ in range(ROUNDS):
            world, changes, before = _damaged_world(case, chance)
            found = outcomes([RULES[case.rule]], world, ALWAYS, changes=changes, before=before)
            broken |= {f"{one.rule.id}: {one.why}" for one in found if one.verdict == "broken"}
    assert sorted(broken) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_what_becomes_unknown_neither_passes_nor_fails(topic: str) -> None:
    wrong = set()
    for case in _of(topic):
        if case.before is not None or case.rule in OF_WORDS:
            continue
        graph = graph_of(case.resources, case.providers)
        known = _verdicts(case, graph)
        for resource in graph.resources:
            for path in _paths(resource.inputs):
                at = _written(path)
                verdicts = _verdicts(case, _damaged(graph, resource.urn, path, UNKNOWN))
                passes = "fail" in known and not verdicts & {"fail", "undecided"}
                fails = "fail" in verdicts and not known & {"fail", "undecided"}
                if (passes or fails) and (case.rule, at) not in TRUSTED:
                    wrong.add(f"{case}: without `{at}` of {resource.name} it {'passes' if passes else 'fails'}")
    assert sorted(wrong) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_a_rule_that_can_be_undecided_has_a_case_of_it(topic: str) -> None:
    shown = {case.rule for case in all_cases() if case.verdict == "undecided"}
    lacking = set()
    for case in _of(topic):
        if case.before is not None or {case.rule} & (shown | lacking):
            continue
        graph = graph_of(case.resources, case.providers)
        places = [(resource.urn, path) for resource in graph.resources for path in _paths(resource.inputs)]
        if any("undecided" in _verdicts(case, _damaged(graph, urn, path, UNKNOWN)) for urn, path in places):
            lacking.add(case.rule)
    assert sorted(lacking) == []


def _of(topic: str) -> Iterator[Case]:
    return (case for case in PROGRAMS if case.rule.startswith(f"{topic}."))


def _verdicts(case: Case, graph: Graph) -> set[str]:
    return {one.verdict for one in outcomes([RULES[case.rule]], World(graph, now=case.now), ALWAYS)}


def _damaged_world(case: Case, chance: random.Random) -> tuple[World, Any, World | None]:
    graph = _some_damage(graph_of(case.resources, case.providers), chance)
    world = World(graph, exact=chance.random() < 0.7, now=case.now)
    if case.before is None:
        return world, None, None
    old = graph_of(case.before, case.providers)
    old = _some_damage(old, chance) if chance.random() < 0.5 else old
    return world, diff(old, graph), World(old, now=case.now)


def _some_damage(graph: Graph, chance: random.Random) -> Graph:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        resource = chance.choice(graph.resources)
        if paths := list(_paths(resource.inputs)):
            graph = _damaged(graph, resource.urn, chance.choice(paths), chance.choice(DAMAGE))
    return graph


def _damaged(graph: Graph, urn: str, path: Path, value: Any) -> Graph:
    """With another value in one place, which comes from no resource any more."""
    at = _written(path)
    made = []
    for one in graph.resources:
        if one.urn == urn:
            references = {
                key: of for key, of in one.references.items() if key != at and not key.startswith((f"{at}.", f"{at}["))
            }
            one = replace(one, inputs=_put(one.inputs, path, value), references=references)
        made.append(one)
    return replace(graph, resources=tuple(made))


def _put(holder: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    found = dict(holder) if isinstance(holder, dict) else list(holder)
    inner = _put(found[path[0]], path[1:], value)
    if inner is GONE:
        del found[path[0]]
    else:
        found[path[0]] = inner
    return found


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _paths(inner, (*path, i))


def _written(path: Path) -> str:
    words = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return "".join(words).removeprefix(".")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "nan", "1e999"])
def test_what_no_cloud_takes_for_a_number_is_none(value: Any) -> None:
    (bucket,) = world({"a": {"size": value}}).of_type(BUCKET)
    with pytest.raises(Undecided):
        bucket.number("size")
