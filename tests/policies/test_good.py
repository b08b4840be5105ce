"""No false alarm: no rule stops a program that is right, and none advises what is not listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.policies.cases import graph_of
from tests.policies.good_cases import Good, good_programs
from tests.policies.judged import world_of
from ultrastack.model.finding import Level
from ultrastack.planner.diff import diff
from ultrastack.planner.many import plan_many
from ultrastack.planner.rules import RuleSet, load_rules
from ultrastack.policies.checking import Outcome, outcomes
from ultrastack.policies.levels import DEFAULT, levels_in
from ultrastack.policies.world import World

ROOT = Path(__file__).parents[2]
PROGRAMS = list(good_programs())
SHIPPED = ["dev", "staging", "prod", *sorted(file.stem for file in (ROOT / "examples").glob("*.yaml"))]
# What is billed carries an organization's cost tags: these programs have none, but those that say so
SAID_OF_ALL = {"tags.cost_tags_reach_everything_billed"}
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@cache
def rule_set() -> RuleSet:
    return load_rules(ROOT)


@cache
def levels(profile: str) -> Mapping[str, Level]:
    return levels_in(rule_set().profiles, profile or DEFAULT, rule_set().rules)


def alarms(found: list[Outcome], profile: str, level: Level) -> list[str]:
    """What rules of this level say against the program, each with its words."""
    return [
        f"{one.rule.id}: {one.subject.name if one.subject else '-'}: {said.at}: {said.message}"
        for one in found
        for said in one.said
        if one.verdict == "fail" and said.verdict == "fail" and levels(profile)[one.rule.id] == level
    ]


def broken(found: list[Outcome]) -> list[str]:
    return [f"{one.rule.id}: {one.why}" for one in found if one.verdict == "broken"]


def outcomes_of(good: Good, folder: Path) -> list[Outcome]:
    """Of all rules at the levels of the program's profile, those about changes too where it has a `before`."""
    world, old, changes = world_of(good.case, folder), None, None
    if good.case.before is not None:
        old = World(graph_of(good.case.before, good.case.providers), now=good.case.now)
        changes = diff(old.graph, world.graph)
    return list(outcomes(rule_set().rules, world, levels(good.case.profile), changes=changes, before=old))


@pytest.mark.parametrize("good", PROGRAMS, ids=str)
def test_nothing_stops_a_good_program(good: Good, tmp_path: Path) -> None:
    profile = good.case.profile
    found = outcomes_of(good, tmp_path)
    assert broken(found) == []
    assert alarms(found, profile, "mandatory") == []
    advised = alarms(found, profile, "advisory")
    ids = {one.partition(":")[0] for one in advised} - SAID_OF_ALL
    assert sorted(ids) == sorted(good.advises), "\n".join(advised)


@cache
def shipped_worlds() -> Mapping[str, World]:
    stacks = plan_many(ROOT, SHIPPED)
    return {one.name: World(one.plan.graph, now=NOW) for one in stacks if one.plan is not None}


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_stops_what_is_shipped(name: str) -> None:
    profile = {"dev": "development", "prod": "production"}.get(name, "")
    found = list(outcomes(rule_set().rules, shipped_worlds()[name], levels(profile)))
    assert broken(found) == []
    assert alarms(found, profile, "mandatory") == []


def test_there_are_many_good_programs() -> None:
    assert len(PROGRAMS) >= 70 and len(PROGRAMS) + len(SHIPPED) >= 100
    assert len({str(one) for one in PROGRAMS}) == len(PROGRAMS)
    assert [str(one) for one in PROGRAMS if len(one.because) < 20] == []
