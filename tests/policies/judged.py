"""A case, run offline: its graph directly, or its stack file through our own engine."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from ultrastack.policies.checking import Outcome, outcomes
from ultrastack.policies.rule import Rule
from ultrastack.policies.world import Costs, World

from tests.policies.cases import Case, graph_of


def outcomes_of(case: Case, rules: Iterable[Rule], folder: Path) -> list[Outcome]:
    """Levels are left aside: a case asks its rule, whatever profile there is."""
    world = world_of(case, folder)
    always = {rule.id: "mandatory" for rule in rules}
    before, changes = None, None
    if case.before is not None:
        from ultrastack.planner.diff import diff

        old = graph_of(case.before, case.providers)
        before, changes = World(old, now=case.now), diff(old, world.graph)
    costs = Costs(world, Decimal(0), ())
    return list(outcomes(rules, world, always, changes=changes, before=before, costs=costs))  # type: ignore[arg-type]


def world_of(case: Case, folder: Path) -> World:
    if case.stack:
        from tests.policies.stack_cases import world_of_stack

        return world_of_stack(case, folder)
    return World(graph_of(case.resources, case.providers), now=case.now)
