"""A case, run offline: its graph directly, or its stack file through our own engine."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from tests.policies.cases import Case, graph_of
from ultrastack.policies.checking import Outcome, asked, outcomes
from ultrastack.policies.finder import find_rules
from ultrastack.policies.judged import Difference
from ultrastack.policies.judging import judged_of
from ultrastack.policies.rule import Rule
from ultrastack.policies.world import Costs, World


def outcomes_of(case: Case, rules: Iterable[Rule], folder: Path) -> list[Outcome]:
    """Levels are left aside: a case asks its rule, whatever profile there is."""
    world = world_of(case, folder)
    always = {rule.id: "mandatory" for rule in rules}
    before, changes = None, None
    if case.before is not None:
        from ultrastack.planner.diff import diff

        old = graph_of(case.before, case.providers)
        before, changes = World(old, now=case.now), diff(old, world.graph)
    costs = Costs(world, Decimal(case.costs.get("monthly_usd", 0)), tuple(case.costs.get("unpriced", ())))
    found = list(outcomes(rules, world, always, changes=changes, before=before, costs=costs))  # type: ignore[arg-type]
    return [*found, *_about_the_judging(case, rules, world)]


def _about_the_judging(case: Case, rules: Iterable[Rule], world: World) -> Iterable[Outcome]:
    """Rules that look at what all the others say."""
    ours = [rule for rule in rules if rule.check is not None and rule.check.kind == "judgement"]
    if not ours:
        return
    every = find_rules()
    differences = [Difference(**one) for one in case.differences]
    levels = {rule.id: rule.level for rule in every}
    found = list(outcomes(every, world, levels))
    judged = judged_of(found, world, levels, rules=every, rules_from="main", differences=differences)
    for rule in ours:
        yield asked(rule, None, judged)


def world_of(case: Case, folder: Path) -> World:
    if case.stack:
        from tests.policies.stack_cases import world_of_stack

        return world_of_stack(case, folder)
    return World(graph_of(case.resources, case.providers), now=case.now)
