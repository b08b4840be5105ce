"""What is known of the cost is within the stack's budget."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Costs
from ._usd import usd

RULE = Rule(
    title="the stack costs no more than its budget",
    level="mandatory",
    why="Whoever set the budget has not agreed to more.",
    fix="make the stack smaller, or ask for more and raise `budget.monthly_usd`",
    references=("https://github.com/infracost/infracost/issues/187",),
)


@RULE.cost
def check(costs: Costs) -> Iterator[Said]:
    file = costs.world.file
    if file is None or file.budget_monthly_usd is None:
        raise NotApplicable
    place = file.keyword_places.get("budget.monthly_usd", file.place)
    if costs.monthly_usd > file.budget_monthly_usd:
        words = f"{usd(costs.monthly_usd)} a month is known, and the budget is {usd(file.budget_monthly_usd)}"
        more = f"; {len(costs.unpriced)} more have no price" if costs.unpriced else ""
        yield fail(None, words + more, at="budget.monthly_usd", place=place)
    elif costs.unpriced:
        more = f" and {len(costs.unpriced) - 1} more" if len(costs.unpriced) > 1 else ""
        yield cannot_decide(None, f"the price of {costs.unpriced[0]}{more}", at="budget.monthly_usd")
