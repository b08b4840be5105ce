"""A limit for what a project, a label or all of a billing account may cost, and who is told on the way there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import pulumi
import pulumi_gcp as gcp
from pydantic import Field, field_validator, model_validator

from .. import component
from ..budgets import Day, Email
from ..component import Component, Input
from ..names import Like
from ..refusals import Wrong, refuse
from ._budget_parts import (
    Ancestor,
    BillingAccount,
    ChannelId,
    LabelKey,
    LabelValue,
    ProjectNumber,
    Service,
    Threshold,
    TopicId,
)

LONGEST, CHANNELS = 60, 5  # billingbudgets v1 discovery: displayName, monitoringNotificationChannels
PERIODS = {"monthly": "MONTH", "quarterly": "QUARTER", "yearly": "YEAR"}
BASES = {"actual": "CURRENT_SPEND", "forecasted": "FORECASTED_SPEND"}
NANO = 1_000_000_000


USUAL = [Threshold(percent=part) for part in (50, 80, 100)]
EXPECTED = Threshold(percent=100, basis="forecasted")


class BudgetArgs(component.Args):
    billing_account: Input[BillingAccount] = Field(description="Id of the billing account, as 012345-6789AB-CDEF01.")
    display_name: Input[Annotated[str, Field(min_length=1, max_length=LONGEST)]] | None = Field(
        default=None, description="Name that the console shows, at most 60 characters; the step's name if left out."
    )
    amount: Input[Annotated[int | float, Field(ge=0)]] | None = Field(
        default=None, description="Money that may be spent in each period; needed without last_period."
    )
    last_period: bool = Field(default=False, description="Whether the amount is what the period before has cost.")
    currency: Input[Annotated[str, Like("^[A-Z]{3}$", "must be a currency; fix: write it like USD")]] | None = Field(
        default=None, description="Currency of the amount; Google takes that of the billing account, and no other."
    )
    period: Literal["monthly", "quarterly", "yearly"] | None = Field(
        default=None, description="Time after which the counting starts again; monthly if left out."
    )
    starts_on: Day | None = Field(
        default=None, description="First day of a budget that counts once (2026-12-01), instead of a period."
    )
    ends_on: Day | None = Field(default=None, description="Its last day; it has none if left out.")
    project_numbers: list[Input[ProjectNumber]] = Field(
        default=[], description="Only these projects, by number: Google takes no ids here."
    )
    folders: list[Input[Ancestor]] = Field(
        default=[], description="Only what is in these folders or organizations (folders/123456789012)."
    )
    services: list[Input[Service]] = Field(
        default=[], description="Only these services, by id (6F81-5844-456A is Compute Engine)."
    )
    filter_labels: dict[LabelKey, Input[LabelValue]] = Field(
        default={}, description="Only what carries this label: one key and one value, as Google takes no more."
    )
    credits: Literal["include", "exclude"] = Field(
        default="include", description="Whether credits count, and so hide what was used."
    )
    thresholds: list[Threshold] | None = Field(
        default=None, description="When somebody is told; at 50, 80 and 100 percent, and 100 expected, if left out."
    )
    emails: list[Email] = Field(
        default=[], description="Who is told by mail: each address gets a notification channel in the stack's project."
    )
    notification_channel_ids: list[Input[ChannelId]] = Field(
        default=[], description="E-mail channels of Cloud Monitoring that there are already; 5 with emails, at most."
    )
    pubsub_topic: Input[TopicId] | None = Field(
        default=None,
        description="Pub/Sub topic (projects/example-ml/topics/costs) that hears of the costs all the time.",
    )
    tell_billing_admins: bool = Field(
        default=True, description="Whether the administrators and users of the billing account are told by mail."
    )
    tell_project_owners: bool = Field(
        default=False, description="Whether the owners of the project are told, where there is only one."
    )

    @field_validator("filter_labels")
    @classmethod
    def _one_label(cls, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) > 1:
            raise ValueError(
                f"has {len(given)} labels, and Google takes one; fix: keep one, or tell the rest by project_numbers"
            )
        return given

    @field_validator("emails")
    @classmethod
    def _once(cls, given: list[str]) -> list[str]:
        slugs = [_slug(one) for one in given]
        if twice := next((one for i, one in enumerate(given) if _slug(one) in slugs[:i]), None):
            raise ValueError(f"has {twice} twice, or another one much like it; fix: remove one")
        return given

    @model_validator(mode="after")
    def _possible(self) -> BudgetArgs:
        refuse(_impossible(self))
        return self

    def told_at(self) -> list[Threshold]:
        if self.thresholds is not None:
            return self.thresholds
        return USUAL if self.starts_on else [*USUAL, EXPECTED]


def _impossible(args: BudgetArgs) -> Iterator[Wrong]:
    if args.amount is None and not args.last_period:
        yield Wrong("amount")
    if args.amount is not None and args.last_period:
        yield Wrong("amount", "cannot go with last_period, which sets it; fix: remove one of them")
    if args.amount is None and args.currency is not None:
        yield Wrong("currency", "needs an amount; fix: remove it")
    if (channels := len(args.emails) + len(args.notification_channel_ids)) > CHANNELS:
        yield Wrong("emails", f"makes {channels} channels, and Google takes {CHANNELS}; fix: name a mailing list")
    if not channels and args.pubsub_topic is None and not args.tell_billing_admins:
        yield Wrong("tell_billing_admins", "cannot be false where nobody else is told; fix: add emails, or remove it")
    if args.tell_project_owners and not channels and args.pubsub_topic is None:
        yield Wrong("tell_project_owners", "needs a channel or a topic beside it; fix: add emails")
    if args.tell_project_owners and len(args.project_numbers) != 1:
        yield Wrong("tell_project_owners", "needs one project; fix: write it into project_numbers, or remove this")
    yield from _at_odds_with_its_days(args)


def _at_odds_with_its_days(args: BudgetArgs) -> Iterator[Wrong]:
    if args.starts_on is None:
        if args.ends_on is not None:
            yield Wrong("ends_on", "needs starts_on; fix: add starts_on: 2026-12-01")
        return
    if args.ends_on is not None and args.starts_on > args.ends_on:
        yield Wrong("ends_on", "cannot be before starts_on; fix: exchange them")
    if args.period is not None:
        yield Wrong("period", "cannot go with starts_on, which counts once; fix: remove one of them")
    if args.last_period:
        yield Wrong("last_period", "cannot go with starts_on, which counts once; fix: write an amount instead")
    if any(one.basis == "forecasted" for one in args.told_at()):
        yield Wrong("thresholds", "cannot be forecasted with starts_on, which counts once; fix: write basis: actual")


def _slug(text: str) -> str:
    """As part of a child's name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class Budget(Component):
    token = "ultrastack:gcp:Budget"
    cloud = "gcp"
    Args = BudgetArgs
    roles = {"budget": "The budget.", "channel-*": "What sends mail to one of the addresses."}

    budget_name: Annotated[pulumi.Output[str], "Name that Google made: billingAccounts/ACCOUNT/budgets/ID."]
    channel_ids: Annotated[dict[str, pulumi.Output[str]], "E-mail address -> its notification channel."]

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        if given.get("display_name") is not None or len(name) <= LONGEST:
            return ""
        return f"is too long for a budget, whose name has at most {LONGEST} characters; fix: give a display_name"

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        channels = {address: self._make_channel(address) for address in args.emails}
        budget = gcp.billing.Budget(
            self.child("budget"),
            billing_account=args.billing_account,
            display_name=name if args.display_name is None else args.display_name,
            amount=_amount(args),
            budget_filter=_filter(args),
            threshold_rules=[
                gcp.billing.BudgetThresholdRuleArgs(
                    threshold_percent=pulumi.Output.from_input(one.percent).apply(_fraction),
                    spend_basis=BASES[one.basis],
                )
                for one in args.told_at()
            ],
            all_updates_rule=_told(args, [channel.name for channel in channels.values()]),
            opts=self.below(),
        )
        self.budget_name = budget.name
        self.channel_ids = {address: channel.name for address, channel in channels.items()}
        self.finish()

    def _make_channel(self, address: str) -> gcp.monitoring.NotificationChannel:
        return gcp.monitoring.NotificationChannel(
            self.child(f"channel-{_slug(address)}"),
            type="email",
            display_name=f"{self.name}: {address}",
            labels={"email_address": address},
            user_labels=self.cost_tags,
            opts=self.below(),
        )


def _fraction(percent: float) -> float:
    return float(Decimal(str(percent)) / 100)


def _amount(args: BudgetArgs) -> gcp.billing.BudgetAmountArgs:
    if args.amount is None:
        return gcp.billing.BudgetAmountArgs(last_period_amount=True)
    amount = pulumi.Output.from_input(args.amount).apply(lambda given: Decimal(str(given)))
    whole = isinstance(args.amount, (int, float)) and args.amount % 1 == 0
    return gcp.billing.BudgetAmountArgs(
        specified_amount=gcp.billing.BudgetAmountSpecifiedAmountArgs(
            currency_code=args.currency,
            units=amount.apply(lambda given: str(int(given))),
            nanos=amount.apply(lambda given: int(given % 1 * NANO)) if not whole else None,
        )
    )


def _filter(args: BudgetArgs) -> gcp.billing.BudgetBudgetFilterArgs:
    return gcp.billing.BudgetBudgetFilterArgs(
        calendar_period=None if args.starts_on else PERIODS[args.period or "monthly"],
        custom_period=_once(args.starts_on, args.ends_on) if args.starts_on else None,
        projects=[pulumi.Output.concat("projects/", number) for number in args.project_numbers] or None,
        resource_ancestors=list(args.folders) or None,
        services=[pulumi.Output.concat("services/", one) for one in args.services] or None,
        labels=dict(args.filter_labels) or None,
        credit_types_treatment="INCLUDE_ALL_CREDITS" if args.credits == "include" else "EXCLUDE_ALL_CREDITS",
    )


def _once(first: str, last: str | None) -> gcp.billing.BudgetBudgetFilterCustomPeriodArgs:
    start = datetime.date.fromisoformat(first)
    end = datetime.date.fromisoformat(last) if last else None
    return gcp.billing.BudgetBudgetFilterCustomPeriodArgs(
        start_date=gcp.billing.BudgetBudgetFilterCustomPeriodStartDateArgs(
            year=start.year, month=start.month, day=start.day
        ),
        end_date=gcp.billing.BudgetBudgetFilterCustomPeriodEndDateArgs(year=end.year, month=end.month, day=end.day)
        if end
        else None,
    )


def _told(args: BudgetArgs, made: list[pulumi.Output[str]]) -> gcp.billing.BudgetAllUpdatesRuleArgs | None:
    """None is the default: the billing account's administrators and users. The provider takes a rule with a channel or
    a topic only."""
    channels = [*made, *args.notification_channel_ids]
    if not channels and args.pubsub_topic is None:
        return None
    return gcp.billing.BudgetAllUpdatesRuleArgs(
        monitoring_notification_channels=channels or None,
        pubsub_topic=args.pubsub_topic,
        schema_version="1.0",
        disable_default_iam_recipients=not args.tell_billing_admins,
        enable_project_level_recipients=args.tell_project_owners,
    )
