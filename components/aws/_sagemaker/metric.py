"""By which number is an endpoint scaled: one that AWS knows by name, or one of the user's own?"""

from __future__ import annotations

from typing import Annotated, Literal

import pulumi
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import RuleName

NAMESPACE = "AWS/SageMaker"
# SageMaker guide, monitor asynchronous endpoints: these have the dimension EndpointName, and no VariantName
OF_THE_QUEUE = (
    "ApproximateAgeOfOldestRequest",
    "ApproximateBacklogSize",
    "ApproximateBacklogSizePerInstance",
    "HasBacklogWithoutCapacity",
)
INFINITE = float("inf")
Positive = Annotated[float, Field(gt=0)]
# botocore application-autoscaling MetricStatistic; the same words in cloudwatch
Statistic = Literal["Average", "Minimum", "Maximum", "SampleCount", "Sum"]
Cooldown = Annotated[int, Field(ge=0)]


class Metric(Strict):
    name: str = Field(min_length=1, max_length=255, description="Name of the metric in CloudWatch.")
    namespace: str = Field(
        default=NAMESPACE,
        min_length=1,
        max_length=255,
        description="Namespace of the metric, such as /aws/sagemaker/Endpoints for the use of GPUs.",
    )
    dimensions: dict[str, Input[str]] | None = Field(
        default=None,
        description="Dimensions of the metric; if left out, the endpoint and its variant, the endpoint alone for "
        "those of an async queue, or the inference component.",
    )
    statistic: Statistic = Field(default="Average", description="How values of one minute become one.")
    unit: str | None = Field(default=None, description="Unit of the metric, if it was sent with several.")

    def dimensions_of(self, own: dict[str, pulumi.Output[str]]) -> dict[str, Input[str]]:
        if self.dimensions is not None:
            return dict(self.dimensions)
        if self.namespace == NAMESPACE and self.name in OF_THE_QUEUE:
            return {"EndpointName": own["EndpointName"]}
        return {**own}


class TargetMetric(Metric):
    target: Input[Positive] = Field(description="Value that is kept by adding and taking away.")


class Step(Strict):
    above: float | None = Field(
        default=None, description="From which difference between value and threshold on; no lower end if left out."
    )
    below: float | None = Field(default=None, description="Up to which difference; no upper end if left out.")
    change: int = Field(
        description="What is added, or taken away if negative; with adjustment: exact, what there is then."
    )

    @model_validator(mode="after")
    def _upwards(self) -> Step:
        if self.above is not None and self.below is not None and self.below <= self.above:
            raise ValueError("ends where it begins, or before; fix: exchange above and below")
        return self


class Steps(Strict):
    """A step scaling policy with its alarm."""

    metric: Metric = Field(description="What the alarm looks at.")
    comparison: Literal[">=", ">", "<=", "<"] = Field(default=">=", description="How it is held against the threshold.")
    threshold: float = Field(description="Value from which on the alarm goes off.")
    minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        default=2,
        description="Minutes in a row that it takes.",  # PutMetricAlarm: at most a day
    )
    steps: list[Step] = Field(min_length=1, description="What to do, by how far the value is beyond the threshold.")
    adjustment: Literal["change", "percent", "exact"] = Field(
        default="change", description="Whether steps are numbers to add, percent to add, or the number that there is."
    )
    cooldown_seconds: Cooldown = Field(default=300, description="Seconds until the next step.")

    @model_validator(mode="after")
    def _joined(self) -> Steps:
        """Said in botocore's model of application-autoscaling, StepAdjustment."""
        steps = sorted(self.bounds)
        for (_, end), (start, _) in zip(steps, steps[1:], strict=False):
            if start != end:
                how = "overlap" if start < end else "leave a gap"
                raise ValueError(f"has steps that {how}; fix: let each begin where the one before ends")
        first, last = steps[0][0], steps[-1][1]
        if -INFINITE < first < 0:
            raise ValueError(f"has no step below {first:g}; fix: leave out the lowest `above`")
        if 0 < last < INFINITE:
            raise ValueError(f"has no step above {last:g}; fix: leave out the highest `below`")
        return self

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Lower and upper end of each step; a single one without ends begins at the threshold."""
        if len(self.steps) == 1 and self.steps[0].above is None and self.steps[0].below is None:
            return [(0, INFINITE)] if self.comparison in (">=", ">") else [(-INFINITE, 0)]
        return [
            (-INFINITE if one.above is None else one.above, INFINITE if one.below is None else one.below)
            for one in self.steps
        ]


class Scaling(Strict):
    """How a variant, or an inference component, follows its load between min and max."""

    concurrent_requests: Input[Positive] | None = Field(
        default=None,
        description="Requests at the same time that one machine or copy should have, looked at every ten seconds; "
        "5 if nothing else is said.",
    )
    invocations: Input[Positive] | None = Field(
        default=None, description="Requests in a minute that one machine or copy should have."
    )
    backlog: Input[Positive] | None = Field(
        default=None, description="Requests that may wait for one machine, async only; 5 if nothing else is said."
    )
    utilization: Input[Annotated[float, Field(gt=0, le=1)]] | None = Field(
        default=None,
        description="Share of the provisioned concurrency that should be in use, serverless only; 0.7 if nothing "
        "else is said.",
    )
    metric: TargetMetric | None = Field(default=None, description="A metric of your own and the value to keep.")
    steps: dict[RuleName, Steps] = Field(
        default={}, description="Policies that do more the further a metric is away, under names of your choice."
    )
    scale_in: bool = Field(
        default=True, description="Whether capacity is taken away again; false leaves that to steps and schedules."
    )
    scale_in_cooldown_seconds: Input[Cooldown] = Field(
        default=300, description="Seconds after taking away until more is taken away."
    )
    scale_out_cooldown_seconds: Input[Cooldown] = Field(
        default=60, description="Seconds after adding until more is added."
    )
    registered: bool = Field(
        default=True,
        description="Whether it is on. While it is, AWS refuses another instance type, and to take the variant away: "
        "say false in one `up`, and make the change in the next.",
    )

    @property
    def kinds(self) -> list[str]:
        """The target tracking policies that were asked for."""
        named = ("concurrent_requests", "invocations", "backlog", "utilization", "metric")
        return [name for name in named if getattr(self, name) is not None]
