"""Of a stack with a budget everything has a price."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Costs

RULE = Rule(
    title="everything in a stack with a budget has a price",
    level="off",
    why="What nobody has priced counts as nothing, so a budget that holds without it says nothing.",
    fix="add its price to catalog.local/, or accept this finding with an owner and a day",
    references=("https://github.com/infracost/infracost/issues/187",),
)


@RULE.cost
def check(costs: Costs) -> Iterator[Said]:
    file = costs.world.file
    if file is None or file.budget_monthly_usd is None:
        raise NotApplicable
    place = file.keyword_places.get("budget.monthly_usd", file.place)
    for name in costs.unpriced:
        step = file.step(name)
        yield fail(
            None, f"{name} has no price", at=name, place=step.place if step else place, step=step.name if step else ""
        )
