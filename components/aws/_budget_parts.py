"""What are the arguments inside the arguments of a budget on AWS?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from ..component import Input, Strict
from ..names import Like

EMAILS, TAG_VALUES = 10, 10  # botocore budgets Subscribers: 11 with a topic; ce AnomalyMonitor: 10 values of a tag
MOST_IMPACT = 10_000_000_000  # botocore ce AnomalySubscription.ThresholdExpression


TopicArn = Annotated[
    str,
    Like(
        r"^arn:[a-z-]+:sns:[^:]+:[^:]+:[^:]+$",
        "must be a topic; fix: write it like arn:aws:sns:us-east-1:111122223333:costs",
    ),
]
Values = Annotated[list[Input[str]], Field(min_length=1)]


class Threshold(Strict):
    percent: Input[Annotated[int | float, Field(gt=0)]] | None = Field(
        default=None, description="Part of the amount in percent, 100 for all of it."
    )
    amount: Input[Annotated[int | float, Field(gt=0)]] | None = Field(
        default=None, description="Money in the budget's currency, instead of percent."
    )
    basis: Literal["actual", "forecasted"] = Field(
        default="actual", description="Whether it is about what was spent, or what is expected until the period ends."
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            raise ValueError(f"must say what it counts; fix: write it like {{percent: {given:g}}}")
        return given

    @model_validator(mode="after")
    def _one(self) -> Threshold:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("needs either percent or amount; fix: add percent: 80, and only that")
        return self


def one_key(tag: Mapping[str, object]) -> Mapping[str, object]:
    if len(tag) != 1:
        raise ValueError("takes one tag key; fix: write it like {service: [llm]}")
    return tag


class Anomaly(Strict):
    """What is unusual, whatever the budget says."""

    tag: Annotated[dict[str, Annotated[Values, Field(max_length=TAG_VALUES)]], AfterValidator(one_key)] = Field(
        description="Cost-allocation tag and its values, whose costs are watched: {service: [llm]}."
    )
    impact_usd: Input[Annotated[int | float, Field(ge=0, le=MOST_IMPACT)]] = Field(
        default=100, description="US dollars above what was expected, from which on an anomaly is told."
    )
    impact_percent: Input[Annotated[int | float, Field(ge=0, le=MOST_IMPACT)]] | None = Field(
        default=None, description="Percent above what was expected, which an anomaly must reach too."
    )
    frequency: Literal["daily", "weekly", "immediate"] = Field(
        default="daily", description="When anomalies are told: a mail a day or a week, or at once to the SNS topic."
    )
