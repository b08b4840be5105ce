"""Which costs does a budget count, which does an anomaly monitor watch, and from when on is an anomaly told?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from ._budget_parts import Anomaly

# The name of a filter in a budget's cost filters, and that of the same thing in a filter expression
FILTERS = {
    "services": ("Service", "SERVICE"),
    "account_ids": ("LinkedAccount", "LINKED_ACCOUNT"),
    "regions": ("Region", "REGION"),
}


def filters(
    tags: Mapping[str, Sequence[pulumi.Input[str]]],
    others: Mapping[str, Sequence[pulumi.Input[str]]],
    credits: Literal["include", "exclude"],
) -> Mapping[str, Any]:
    """Cost filters; where there are several tags, an expression, as values of one filter mean any of them."""
    dimensions = {key: list(values) for key, values in others.items() if values}
    if len(tags) > 1:
        part = aws.budgets.BudgetFilterExpressionAndArgs
        parts = [
            part(tags=aws.budgets.BudgetFilterExpressionAndTagsArgs(key=key, values=list(values)))
            for key, values in tags.items()
        ]
        parts += [
            part(dimensions=aws.budgets.BudgetFilterExpressionAndDimensionsArgs(key=FILTERS[key][1], values=values))
            for key, values in dimensions.items()
        ]
        return {"filter_expression": aws.budgets.BudgetFilterExpressionArgs(ands=parts), "metrics": "UnblendedCost"}
    tag_values = [
        # `$` ends the key (Budgets user guide); of user tags the key begins with `user:`
        pulumi.Output.concat(f"user:{key}$", value)
        for key, values in tags.items()
        for value in values
    ]
    named: dict[str, Sequence[pulumi.Input[str]]] = {"TagKeyValue": tag_values} if tag_values else {}
    named |= {FILTERS[key][0]: values for key, values in dimensions.items()}
    made: dict[str, Any] = {
        "cost_filters": [aws.budgets.BudgetCostFilterArgs(name=key, values=values) for key, values in named.items()]
        or None
    }
    if credits == "exclude":
        made["cost_types"] = aws.budgets.BudgetCostTypesArgs(include_credit=False, include_refund=False)
    return made


def specification(tag: Mapping[str, Sequence[pulumi.Input[str]]]) -> dict[str, Any]:
    """With all its nulls, as AWS answers it: else each preview would replace the monitor."""
    ((key, values),) = tag.items()
    empty = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))
    return {**empty, "Tags": {"Key": key, "MatchOptions": None, "Values": list(values)}}


def impact(anomaly: Anomaly) -> aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs:
    whole = aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs
    part = aws.costexplorer.AnomalySubscriptionThresholdExpressionAndArgs
    money = ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", anomaly.impact_usd)
    if anomaly.impact_percent is None:
        return whole(
            dimension=aws.costexplorer.AnomalySubscriptionThresholdExpressionDimensionArgs(**_at_least(*money))
        )
    of_and = aws.costexplorer.AnomalySubscriptionThresholdExpressionAndDimensionArgs
    share = ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", anomaly.impact_percent)
    return whole(ands=[part(dimension=of_and(**_at_least(*one))) for one in (money, share)])


def _at_least(key: str, value: pulumi.Input[float]) -> dict[str, Any]:
    number = pulumi.Output.from_input(value).apply(decimal)
    return {"key": key, "match_options": ["GREATER_THAN_OR_EQUAL"], "values": [number]}


def decimal(amount: float) -> str:
    """As the API takes it: 1000, 99.5, never 1e+06."""
    return f"{amount:.4f}".rstrip("0").rstrip(".")
