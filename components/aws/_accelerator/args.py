"""Which words may stand inside the arguments of an accelerator cluster?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ultrastack.catalog import UnknownRow, image_parameter

from ...component import Strict
from ...names import Like
from .._trn2_ultraserver_cluster_parts import Mount
from .refusals import wrong_machine

Count = Annotated[int, Field(ge=0)]
S3Uri = Annotated[str, Like("^s3://", "must be a place in S3; fix: write it like s3://bucket/prefix")]


def _known(name: str) -> str:
    if why := wrong_machine(name):
        raise ValueError(why)
    return name


def _image(given: str) -> str:
    if not given.startswith(("ami-", "resolve:ssm:", "/")):
        try:
            image_parameter(given)
        except UnknownRow as unknown:
            hint = f"use '{near}'" if (near := unknown.nearest()) else "write an AMI id or an SSM parameter"
            raise ValueError(f"cannot be found in the catalogue; fix: {hint}") from None
    return given


InstanceType = Annotated[str, AfterValidator(_known)]
Image = Annotated[str, AfterValidator(_image)]


class ClusterMount(Mount):
    efa: bool = Field(
        default=False,
        description="Whether it is reached over EFA: needs a file system with efa_enabled; the trn2 family cannot.",
    )


class Refresh(Strict):
    """How running machines are replaced, a few at a time."""

    min_healthy_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=90, description="Part of the machines that keep serving; at least one is replaced at a time."
    )
    max_healthy_percent: Annotated[int, Field(ge=100, le=200)] = Field(
        default=100, description="Part that may run meanwhile; above 100 new machines come before old ones go."
    )
    warmup_seconds: Count | None = Field(
        default=None, description="Seconds until a new machine counts; those of the group if left out."
    )
    skip_matching: bool = Field(default=True, description="Whether machines that are as they should be are left alone.")
    protected: Literal["Refresh", "Ignore", "Wait"] = Field(
        default="Ignore", description="What happens with machines that are protected from scale-in."
    )

    @model_validator(mode="after")
    def _apart(self) -> Refresh:
        if self.max_healthy_percent - self.min_healthy_percent > 100:  # RefreshPreferences, MaxHealthyPercentage
            raise ValueError("has more than 100 between its percentages; fix: raise min_healthy_percent")
        return self


# CreateAutoScalingGroup, TerminationPolicies, and SuspendProcesses
TerminationPolicy = Literal[
    "Default",
    "AllocationStrategy",
    "ClosestToNextInstanceHour",
    "NewestInstance",
    "OldestInstance",
    "OldestLaunchConfiguration",
    "OldestLaunchTemplate",
]
Process = Literal[
    "Launch",
    "Terminate",
    "HealthCheck",
    "ReplaceUnhealthy",
    "AZRebalance",
    "AlarmNotification",
    "ScheduledActions",
    "AddToLoadBalancer",
    "InstanceRefresh",
]
