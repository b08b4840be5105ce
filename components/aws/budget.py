"""A limit for what a tag, an account or all of it may cost, who is told on the way there, and what is unusual."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from .. import component
from ..budgets import Day, Email
from ..component import Component, Input
from ..names import Like
from ..refusals import Wrong, refuse
from ._budget_filters import FILTERS, decimal, filters, impact, specification
from ._budget_parts import EMAILS, Anomaly, Threshold, TopicArn, Values

PERIODS = {"daily": "DAILY", "monthly": "MONTHLY", "quarterly": "QUARTERLY", "yearly": "ANNUALLY"}
NOTIFICATIONS = 10  # botocore budgets NotificationWithSubscribersList
USUAL = [Threshold(percent=part) for part in (50, 80, 100)]
EXPECTED = Threshold(percent=100, basis="forecasted")  # of a day nothing is (Budgets user guide, daily budgets)

BudgetName = Annotated[
    str,
    Field(min_length=1, max_length=100),
    Like(
        r"^(?!.*/action/)[^:\\]+$",
        r"a budget's name has no ':', no '\' and no '/action/'; fix: write it like ml-research",
    ),
]


class BudgetArgs(component.Args):
    physical_name: Input[BudgetName] | None = Field(
        default=None, description="Name of the budget in AWS; if left out, one is made up."
    )
    amount: Input[Annotated[int | float, Field(gt=0)]] | None = Field(
        default=None, description="Money that may be spent in each period; needed without auto_adjust."
    )
    currency: Input[Annotated[str, Like("^[A-Z]{3}$", "must be a currency; fix: write it like USD")]] = Field(
        default="USD", description="Currency of the amount, that of the account's bills."
    )
    auto_adjust: Literal["historical", "forecast"] | None = Field(
        default=None, description="Whether AWS sets the amount, by what was spent or by what it expects."
    )
    auto_adjust_periods: Annotated[int, Field(ge=1, le=60)] | None = Field(
        default=None, description="Periods that auto_adjust: historical looks back on."
    )
    period: Literal["daily", "monthly", "quarterly", "yearly"] = Field(
        default="monthly", description="Time after which the counting starts again."
    )
    starts_on: Day | None = Field(default=None, description="First day of the budget (2026-12-01), at midnight UTC.")
    ends_on: Day | None = Field(
        default=None, description="Day on which it ends, at midnight UTC: AWS then deletes the budget."
    )
    filter_tags: dict[str, Values] = Field(
        default={},
        description="Cost-allocation tags and their values ({service: [llm]}): only what carries all of them.",
    )
    services: list[Input[str]] = Field(
        default=[],
        description="Only these services, by their names on the bill (Amazon Elastic Compute Cloud - Compute).",
    )
    account_ids: list[
        Input[Annotated[str, Like("^[0-9]{12}$", "must be an account's id; fix: write its 12 digits")]]
    ] = Field(default=[], description="Only these accounts of the organization.")
    regions: list[Input[str]] = Field(default=[], description="Only these regions (us-east-2).")
    credits: Literal["include", "exclude"] = Field(
        default="include", description="Whether credits and refunds count, and so hide what was used."
    )
    thresholds: list[Threshold] | None = Field(
        default=None, description="When somebody is told; at 50, 80 and 100 percent, and 100 expected, if left out."
    )
    emails: list[Input[Email]] = Field(default=[], max_length=EMAILS, description="Who is told by mail, at most 10.")
    sns_topic_arn: Input[TopicArn] | None = Field(
        default=None,
        description="SNS topic that is told; budgets.amazonaws.com (and costalerts.amazonaws.com) must have leave to.",
    )
    anomaly: Anomaly | None = Field(
        default=None, description="Watch over unusual costs of a tag, told to the same e-mail addresses or topic."
    )
    activate_tags: list[Annotated[str, Field(min_length=1, max_length=128)]] = Field(
        default=[],
        description="Tag keys to make cost-allocation tags of: in the payer's account only, once they are on a bill.",
    )

    @model_validator(mode="after")
    def _possible(self) -> BudgetArgs:
        refuse(_impossible(self))
        return self

    def told_at(self) -> list[Threshold]:
        if self.thresholds is not None:
            return self.thresholds
        return USUAL if self.period == "daily" else [*USUAL, EXPECTED]


def _impossible(args: BudgetArgs) -> Iterator[Wrong]:
    if args.amount is None and args.auto_adjust is None:
        yield Wrong("amount")
    if args.amount is not None and args.auto_adjust is not None:
        yield Wrong("amount", "cannot go with auto_adjust, which sets it; fix: remove one of them")
    if args.auto_adjust == "historical" and args.auto_adjust_periods is None:
        yield Wrong("auto_adjust", "looks back, and nothing says how far; fix: add auto_adjust_periods: 6")
    if args.auto_adjust != "historical" and args.auto_adjust_periods is not None:
        yield Wrong("auto_adjust_periods", "is for auto_adjust: historical; fix: write that, or remove it")
    if args.period == "daily" and any(one.basis == "forecasted" for one in args.told_at()):
        words = "has forecasted, which AWS never is for a daily budget; fix: write basis: actual, or period: monthly"
        yield Wrong("thresholds", words)
    if args.starts_on and args.ends_on and args.starts_on >= args.ends_on:
        yield Wrong("ends_on", "must be after starts_on; fix: exchange them")
    if len(args.filter_tags) > 1 and args.credits == "exclude":
        yield Wrong(
            "credits", "cannot be told from the rest with several filter_tags; fix: keep one key, or include them"
        )
    if not args.emails and args.sns_topic_arn is None and (args.told_at() or args.anomaly):
        yield Wrong(
            "emails",
            "must name somebody, as there is no sns_topic_arn; fix: add emails: [ml-costs@example.com]",
        )
    if len(args.told_at()) > NOTIFICATIONS:
        yield Wrong("thresholds", f"has more than the {NOTIFICATIONS} that AWS takes; fix: keep {NOTIFICATIONS}")
    if twice := _twice(args.told_at()):
        yield Wrong("thresholds", f"has {twice} twice; fix: remove one")
    if args.anomaly is not None:
        yield from _untold(args, args.anomaly)
    if twice := _twice(args.activate_tags):
        yield Wrong("activate_tags", f"has {twice} twice; fix: remove one")


def _untold(args: BudgetArgs, anomaly: Anomaly) -> Iterator[Wrong]:
    """botocore ce: IMMEDIATE goes to SNS, DAILY and WEEKLY to e-mail."""
    if anomaly.frequency == "immediate" and args.sns_topic_arn is None and args.emails:
        yield Wrong(
            "anomaly", "cannot be told at once without a topic; fix: add sns_topic_arn, or write frequency: daily"
        )
    if anomaly.frequency != "immediate" and not args.emails and args.sns_topic_arn is not None:
        yield Wrong(
            "anomaly",
            f"cannot be told {anomaly.frequency} without emails; fix: add emails, or write frequency: immediate",
        )


def _twice(things: list[Any]) -> str:
    seen: list[Any] = []
    for one in things:
        if one in seen:
            return one if isinstance(one, str) else _words(one)
        seen.append(one)
    return ""


def _words(threshold: Threshold) -> str:
    what = f"{threshold.percent} percent" if threshold.percent is not None else f"the amount {threshold.amount}"
    return f"{what} {threshold.basis}"


def _slug(text: str) -> str:
    """As part of a child's name: a:b and a/b are two keys."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
    return plain if plain == text else f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:6]}".strip("-")


class Budget(Component):
    token = "ultrastack:aws:Budget"
    cloud = "aws"
    Args = BudgetArgs
    roles = {
        "budget": "The budget and whom it tells.",
        "anomaly-monitor": "What looks for unusual costs.",
        "anomaly-subscription": "Who is told of them.",
        "allocation-tag-*": "A tag key that bills and budgets can tell costs by.",
    }
    longest = {"budget": 100}

    budget_name: Annotated[pulumi.Output[str], "Name of the budget."]
    arn: Annotated[pulumi.Output[str], "ARN of the budget."]
    anomaly_monitor_arn: Annotated[pulumi.Output[str] | None, "ARN of the anomaly monitor; absent without anomaly."]

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        tags = [self._activate(key) for key in args.activate_tags]
        budget = aws.budgets.Budget(
            self.child("budget"),
            name=args.physical_name,
            budget_type="COST",
            time_unit=PERIODS[args.period],
            limit_amount=None if args.amount is None else pulumi.Output.from_input(args.amount).apply(decimal),
            limit_unit=None if args.amount is None else args.currency,
            auto_adjust_data=_adjusted(args),
            time_period_start=f"{args.starts_on}_00:00" if args.starts_on else None,
            time_period_end=f"{args.ends_on}_00:00" if args.ends_on else None,
            **filters(args.filter_tags, {key: getattr(args, key) for key in FILTERS}, args.credits),
            notifications=[self._notification(one, args) for one in args.told_at()],
            tags=self.named_tags("budget"),
            opts=self.below(depends_on=tags),  # a filter by a tag that no bill knows finds nothing
        )
        self.budget_name, self.arn = budget.name, budget.arn
        self.anomaly_monitor_arn = None if args.anomaly is None else self._watch(args.anomaly, args, tags)
        self.finish()

    def _activate(self, key: str) -> pulumi.Resource:
        return aws.costexplorer.CostAllocationTag(
            self.child(f"allocation-tag-{_slug(key)}"), tag_key=key, status="Active", opts=self.below()
        )

    def _notification(self, one: Threshold, args: BudgetArgs) -> aws.budgets.BudgetNotificationArgs:
        by_amount = one.amount is not None
        return aws.budgets.BudgetNotificationArgs(
            comparison_operator="GREATER_THAN",
            notification_type=one.basis.upper(),
            threshold=one.amount if one.amount is not None else one.percent,  # type: ignore[arg-type]  # one is there
            threshold_type="ABSOLUTE_VALUE" if by_amount else "PERCENTAGE",
            subscriber_email_addresses=list(args.emails) or None,
            subscriber_sns_topic_arns=None if args.sns_topic_arn is None else [args.sns_topic_arn],
        )

    def _watch(self, anomaly: Anomaly, args: BudgetArgs, tags: list[pulumi.Resource]) -> pulumi.Output[str]:
        monitor = aws.costexplorer.AnomalyMonitor(
            self.child("anomaly-monitor"),
            monitor_type="CUSTOM",
            monitor_specification=pulumi.Output.json_dumps(specification(anomaly.tag)),
            tags=self.named_tags("anomaly-monitor"),
            opts=self.below(depends_on=tags),
        )
        at_once = anomaly.frequency == "immediate"
        told = [args.sns_topic_arn] if at_once and args.sns_topic_arn is not None else list(args.emails)
        aws.costexplorer.AnomalySubscription(
            self.child("anomaly-subscription"),
            frequency=anomaly.frequency.upper(),
            monitor_arn_lists=[monitor.arn],
            subscribers=[
                aws.costexplorer.AnomalySubscriptionSubscriberArgs(type="SNS" if at_once else "EMAIL", address=one)
                for one in told
            ],
            threshold_expression=impact(anomaly),
            tags=self.named_tags("anomaly-subscription"),
            opts=self.below(),
        )
        return monitor.arn


def _adjusted(args: BudgetArgs) -> aws.budgets.BudgetAutoAdjustDataArgs | None:
    if args.auto_adjust is None:
        return None
    history = (
        None
        if args.auto_adjust_periods is None
        else aws.budgets.BudgetAutoAdjustDataHistoricalOptionsArgs(budget_adjustment_period=args.auto_adjust_periods)
    )
    return aws.budgets.BudgetAutoAdjustDataArgs(auto_adjust_type=args.auto_adjust.upper(), historical_options=history)
