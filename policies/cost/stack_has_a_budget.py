"""A stack with accelerators has a budget."""

from __future__ import annotations

from collections.abc import Iterator

from ..idle._accelerators import used
from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..said import Undecided
from ..world import World

RULE = Rule(
    title="a stack with accelerators has a budget",
    level="advisory",
    why="One forgotten machine with accelerators costs thousands of dollars a week, and nobody hears of it before the "
    "bill.",
    fix="add `budget: {monthly_usd: ...}`, or a step with aws.budget or gcp.budget that tells somebody",
    references=("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",),
)

BUDGETS = ("aws:budgets/budget:Budget", "gcp:billing/budget:Budget")


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    if next(world.of_type(*BUDGETS), None) or (world.file is not None and world.file.budget_monthly_usd is not None):
        return
    try:
        found = used(world)
    except Undecided as e:
        yield cannot_decide(None, e.said.needs)
        return
    if not found:
        raise NotApplicable
    chips = ", ".join(dict.fromkeys(one.chip for one in found))
    yield fail(None, f"{chips} without any budget", place=world.file.place if world.file is not None else None)
