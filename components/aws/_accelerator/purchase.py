"""How are the machines of an accelerator cluster bought, and what happens when they are taken back?"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

import pulumi
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import Like, RuleName
from ...refusals import Wrong, refuse
from .._trn2_ultraserver_cluster_parts import Moment

Purchase = Literal["on-demand", "spot", "reservation", "capacity-block"]
ReservationId = Annotated[
    str, Like("^cr-[0-9a-f]+$", "must be the id of a reservation; fix: write it like cr-0a1b2c3d4e5f60718")
]
GroupArn = Annotated[str, Like("^arn:", "must be an ARN; fix: write it like arn:aws:resource-groups:...")]
TopicArn = Annotated[
    str,
    Like("^arn:[a-z-]+:sns:", "must be the ARN of a topic; fix: write it like arn:aws:sns:us-east-2:111122223333:t"),
]
# AWS carries a scheduled action out within two minutes of its time
LATE_MINUTES = 2
A_YEAR = datetime.timedelta(days=365)


class Interruptions(Strict):
    """Who hears that EC2 takes a spot machine of this account and region back, or is about to."""

    topic: bool = Field(
        default=True, description="Whether an SNS topic is made for it; without one, targets and log nobody hears."
    )
    topic_arn: Input[TopicArn] | None = Field(
        default=None, description="An existing SNS topic that EventBridge may publish to, instead of one made here."
    )
    kms_key_id: Input[str] | None = Field(
        default=None, description="KMS key of the topic made here; EventBridge must be allowed to use it."
    )
    target_arns: dict[RuleName, Input[str]] = Field(
        default={},
        description="Further targets, such as queues and functions that admit EventBridge, under names of your choice.",
    )
    log: bool = Field(default=False, description="Whether the events are also written to a log group.")

    @property
    def heard(self) -> bool:
        return self.topic or self.topic_arn is not None or bool(self.target_arns) or self.log

    @model_validator(mode="after")
    def _one_topic(self) -> Interruptions:
        if self.topic_arn is not None and self.kms_key_id is not None:
            refuse([Wrong("kms_key_id", "cannot go with an existing topic; fix: remove it, or topic_arn")])
        return self


class Spot(Strict):
    allocation: Literal[
        "price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized", "lowest-price"
    ] = Field(
        default="price-capacity-optimized",
        description="Which pools machines are taken from; prioritized follows the order of the types.",
    )
    max_price_usd: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Highest price of a machine in US dollars an hour; the on-demand price if left out."
    )
    on_demand_base: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Number of machines, the first ones, that are bought on demand."
    )
    on_demand_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="Part of the others that is bought on demand, in per cent."
    )
    rebalance: bool = Field(
        default=True, description="Whether a machine at a higher risk of being taken back is replaced before it is."
    )
    interruptions: Interruptions = Field(
        default=Interruptions(), description="Who hears of machines that are taken back."
    )


class Reservation(Strict):
    """One of the two, each a list since one pool may stand on several reservations."""

    ids: list[Input[ReservationId]] = Field(default=[], description="Ids of the reservations (cr-...).")
    resource_group_arns: list[Input[GroupArn]] = Field(
        default=[], description="ARNs of resource groups that hold the reservations, instead of ids."
    )
    beyond: Literal["none", "on-demand"] = Field(
        default="none", description="What is launched when the reservations are full: nothing, or on-demand machines."
    )

    @model_validator(mode="after")
    def _one(self) -> Reservation:
        if bool(self.ids) == bool(self.resource_group_arns):
            raise ValueError("needs either ids or resource_group_arns; fix: add ids: [cr-...], and only that")
        return self


class CapacityBlock(Strict):
    id: Input[ReservationId] | None = Field(default=None, description="Id of the block's reservation (cr-...).")
    resource_group_arn: Input[GroupArn] | None = Field(
        default=None, description="ARN of a resource group that holds the block of an UltraServer, instead of an id."
    )
    starts_at: Moment | None = Field(
        default=None, description="When the block starts, as 2026-12-01T11:30:00Z: its machines are launched then."
    )
    ends_at: Moment = Field(description="When the block ends: its machines are gone in time before.")
    upfront_usd: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="What the block cost, in US dollars."
    )
    drain_minutes: Annotated[int, Field(ge=0)] = Field(
        default=10, description="Minutes that jobs have to end, before the machines have to be gone."
    )

    @model_validator(mode="after")
    def _possible(self) -> CapacityBlock:
        if (self.id is None) == (self.resource_group_arn is None):
            raise ValueError("needs either id or resource_group_arn; fix: add id: cr-..., and only that")
        if self.starts_at is not None:
            lasts = _at(self.ends_at) - _at(self.starts_at)
            if lasts <= datetime.timedelta(minutes=self.drain_minutes):
                refuse([Wrong("ends_at", "must be after starts_at, with room for drain_minutes; fix: exchange them")])
            if lasts >= A_YEAR:
                refuse([Wrong("ends_at", "must be within a year of starts_at; fix: look at the year")])
        return self

    @property
    def reservation(self) -> pulumi.Input[str]:
        """Its id, or the ARN of its group."""
        return self.id if self.id is not None else self.resource_group_arn  # type: ignore[return-value]  # one is there


class Drain(Strict):
    """The time between the decision to end a machine and its end."""

    seconds: Annotated[int, Field(ge=30, le=7200)] = Field(
        default=300,
        description="How long the script may take; EC2 gives spot machines two minutes if it needs them at once.",
    )
    script: Input[str] | None = Field(
        default=None,
        description="Runs as root when the machine has to go, to write a checkpoint say; the machine ends when it has "
        "ended. It knows ULTRASTACK_REASON and ULTRASTACK_CHECKPOINTS.",
    )


def _at(moment: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(moment)
