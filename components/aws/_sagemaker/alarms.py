"""What is wrong with an endpoint: errors, slowness, or nobody who asks it anything; and who is told?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field

from ...component import Component, Input, Strict
from .io import TopicArn
from .metric import NAMESPACE, Positive

Minutes = Annotated[int, Field(ge=1, le=60)]


class Errors(Strict):
    count: Annotated[int, Field(ge=1)] = Field(default=1, description="Server errors in a minute that are too many.")
    minutes: Minutes = Field(default=2, description="Minutes in a row that it takes.")


class Latency(Strict):
    milliseconds: Input[Positive] = Field(description="Time that the model may take for an answer.")
    percentile: Annotated[float, Field(ge=0.01, lt=100)] = Field(
        default=99, description="Share of the answers, in percent, that must be faster."
    )
    minutes: Minutes = Field(default=3, description="Minutes in a row that it takes.")


class Idle(Strict):
    # CloudWatch PutMetricAlarm: periods of an hour reach back at most seven days
    hours: Annotated[int, Field(ge=1, le=168)] = Field(
        default=24, description="Hours without a single request that are too long."
    )


class Alarms(Strict):
    errors: Errors | None = Field(default=None, description="Too many answers with a status of 500 and more.")
    latency: Latency | None = Field(default=None, description="Answers that take too long.")
    idle: Idle | None = Field(default=None, description="Nobody asks, and machines are paid for.")
    topic_arns: Annotated[list[Input[TopicArn]], Field(max_length=5)] = Field(
        default=[], description="Topics that hear of an alarm, and of its end."
    )


def watch(
    on: Component, key: str, dimensions: Mapping[str, pulumi.Input[str]], alarms: Alarms, *, asynchronous: bool
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """The alarms of one variant or inference component, by kind."""
    made: dict[str, aws.cloudwatch.MetricAlarm] = {}
    if alarms.errors is not None:
        made["errors"] = alarm(
            on,
            f"alarm-{key}-errors",
            dimensions,
            # an async endpoint counts failed invocations (SageMaker guide, monitoring of asynchronous endpoints)
            metric_name="InvocationFailures" if asynchronous else "Invocation5XXErrors",
            statistic="Sum",
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=alarms.errors.count,
            evaluation_periods=alarms.errors.minutes,
            treat_missing_data="notBreaching",
            topic_arns=alarms.topic_arns,
            alarm_description="Server errors of the endpoint",
        )
    if alarms.latency is not None:
        made["latency"] = alarm(
            on,
            f"alarm-{key}-latency",
            dimensions,
            metric_name="ModelLatency",
            extended_statistic=f"p{alarms.latency.percentile:g}",
            comparison_operator="GreaterThanThreshold",
            # ModelLatency is in microseconds
            threshold=pulumi.Output.from_input(alarms.latency.milliseconds).apply(lambda known: known * 1000),
            evaluation_periods=alarms.latency.minutes,
            treat_missing_data="notBreaching",
            topic_arns=alarms.topic_arns,
            alarm_description="Answers of the endpoint that take too long",
        )
    if alarms.idle is not None:
        made["idle"] = alarm(
            on,
            f"alarm-{key}-idle",
            dimensions,
            metric_name="InvocationsProcessed" if asynchronous else "Invocations",
            statistic="Sum",
            comparison_operator="LessThanThreshold",
            threshold=1,
            period=3600,
            evaluation_periods=alarms.idle.hours,
            treat_missing_data="breaching",  # no requests, no data
            topic_arns=alarms.topic_arns,
            alarm_description="Nobody asks the endpoint, and it is paid for",
        )
    return made


def alarm(
    on: Component,
    role: str,
    dimensions: Mapping[str, pulumi.Input[str]],
    topic_arns: list[Any] | None = None,
    **given: Any,
) -> aws.cloudwatch.MetricAlarm:
    told = topic_arns or None
    return aws.cloudwatch.MetricAlarm(
        on.child(role),
        namespace=given.pop("namespace", NAMESPACE),
        dimensions=dict(dimensions),
        period=given.pop("period", 60),
        alarm_actions=given.pop("alarm_actions", told),
        ok_actions=told,
        tags=on.named_tags(role),
        opts=on.below(),
        **given,
    )
