"""How does the number of machines, copies or warm requests follow the load and the clock?"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import pulumi
import pulumi_aws as aws

from ultrastack.model.schedule import Schedule

from ...component import Component
from .alarms import alarm
from .clock import clock, is_timed
from .metric import INFINITE, NAMESPACE, Metric, Scaling, Steps

Kind = Literal["machines", "queue", "copies", "warm"]

# botocore application-autoscaling ScalableDimension
DIMENSION: dict[Kind, str] = {
    "machines": "sagemaker:variant:DesiredInstanceCount",
    "queue": "sagemaker:variant:DesiredInstanceCount",
    "copies": "sagemaker:inference-component:DesiredCopyCount",
    "warm": "sagemaker:variant:DesiredProvisionedConcurrency",
}
# botocore application-autoscaling MetricType
PREDEFINED: dict[tuple[Kind, str], str] = {
    ("machines", "concurrent_requests"): "SageMakerVariantConcurrentRequestsPerModelHighResolution",
    ("machines", "invocations"): "SageMakerVariantInvocationsPerInstance",
    ("copies", "concurrent_requests"): "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
    ("copies", "invocations"): "SageMakerInferenceComponentInvocationsPerCopy",
    ("warm", "utilization"): "SageMakerVariantProvisionedConcurrencyUtilization",
}
# What is tracked if nothing else was said; the targets are those of the SageMaker guide's examples.
USUAL: dict[Kind, tuple[str, float]] = {
    "machines": ("concurrent_requests", 5),
    "copies": ("concurrent_requests", 5),
    "queue": ("backlog", 5),
    "warm": ("utilization", 0.7),
}
BACKLOG = "ApproximateBacklogSizePerInstance"
# Target tracking never leaves zero: there is no machine left to share anything among.
WAKE: dict[Kind, tuple[str, str, int]] = {
    "queue": ("HasBacklogWithoutCapacity", "Average", 2),
    "copies": ("NoCapacityInvocationFailures", "Sum", 1),
}
# The guide keeps variants at one machine, and goes to zero with a queue or with copies only.
REST: dict[Kind, int] = {"machines": 1, "warm": 1, "queue": 0, "copies": 0}
COMPARISON = {
    ">=": "GreaterThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}
LIMITS = ["minCapacity", "maxCapacity"]
ADJUSTMENT = {"change": "ChangeInCapacity", "percent": "PercentChangeInCapacity", "exact": "ExactCapacity"}


class Scaled(NamedTuple):
    """Something of which there may be more or less."""

    key: str  # of its children's names
    kind: Kind
    resource_id: pulumi.Output[str]
    dimensions: dict[str, pulumi.Output[str]]  # of its metrics
    limits: tuple[int, int]  # by day
    scaling: Scaling | None  # None: by the clock alone
    after: pulumi.Resource | None = None


class Made(NamedTuple):
    target: aws.appautoscaling.Target | None = None
    alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}


def scale(on: Component, what: Scaled, schedule: Schedule | None) -> Made:
    """The target, its policies with their alarms, and its scheduled actions."""
    scaling, rest = what.scaling, REST[what.kind]
    if scaling is None and not (is_timed(schedule) and what.limits[1] > rest):
        return Made()
    if scaling is not None and not scaling.registered:
        return Made()
    role = f"target-{what.key}"
    target = aws.appautoscaling.Target(
        on.child(role),
        service_namespace="sagemaker",
        scalable_dimension=DIMENSION[what.kind],
        resource_id=what.resource_id,
        min_capacity=what.limits[0],
        max_capacity=what.limits[1],
        tags=on.named_tags(role),
        # what rests must not be woken by an `up` that only refreshed the state; the next start brings changes of both
        opts=on.below(depends_on=what.after, ignore_changes=LIMITS if schedule and schedule.start else None),
    )
    alarms: dict[str, aws.cloudwatch.MetricAlarm] = {}
    if scaling is not None:
        for name in scaling.kinds or ([] if scaling.steps else [USUAL[what.kind][0]]):
            _track(on, what, target, scaling, name)
        for name, steps in scaling.steps.items():
            alarms[f"{what.key}-step-{name}"] = _step(on, what, target, name, steps)
    if what.limits[0] == 0 and what.kind in WAKE:
        alarms[f"{what.key}-wake"] = _wake(on, what, target)
    if schedule is not None:
        clock(on, what.key, target, what.limits, rest, schedule)
    return Made(target, alarms)


def _of(target: aws.appautoscaling.Target) -> dict[str, Any]:
    return {
        "service_namespace": target.service_namespace,
        "scalable_dimension": target.scalable_dimension,
        "resource_id": target.resource_id,
    }


def _track(on: Component, what: Scaled, target: aws.appautoscaling.Target, scaling: Scaling, name: str) -> None:
    of = aws.appautoscaling
    asked = scaling.metric if name == "metric" else getattr(scaling, name)
    own: Any = None
    goal: Any = USUAL[what.kind][1] if asked is None else asked
    if name == "metric" and scaling.metric is not None:
        own, goal = _own_metric(scaling.metric, scaling.metric.dimensions_of(what.dimensions)), scaling.metric.target
    elif name == "backlog":
        queue = {"EndpointName": what.dimensions["EndpointName"]}  # the queue is the endpoint's, not the variant's
        own = _own_metric(Metric(name=BACKLOG), queue)
    policy = of.PolicyTargetTrackingScalingPolicyConfigurationArgs
    of.Policy(
        on.child(f"scaling-{what.key}-{name.replace('_', '-')}"),
        policy_type="TargetTrackingScaling",
        target_tracking_scaling_policy_configuration=policy(
            target_value=goal,
            predefined_metric_specification=of.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                predefined_metric_type=PREDEFINED[what.kind, name]
            )
            if own is None
            else None,
            customized_metric_specification=own,
            disable_scale_in=None if scaling.scale_in else True,
            scale_in_cooldown=scaling.scale_in_cooldown_seconds,
            scale_out_cooldown=scaling.scale_out_cooldown_seconds,
        ),
        **_of(target),
        opts=on.below(),
    )


def _own_metric(
    metric: Metric, dimensions: dict[str, Any]
) -> aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs:
    of = aws.appautoscaling
    one = of.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationDimensionArgs
    return of.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs(
        metric_name=metric.name,
        namespace=metric.namespace,
        statistic=metric.statistic,
        unit=metric.unit,
        dimensions=[one(name=name, value=value) for name, value in dimensions.items()] or None,
    )


def _step(
    on: Component, what: Scaled, target: aws.appautoscaling.Target, name: str, steps: Steps
) -> aws.cloudwatch.MetricAlarm:
    one = aws.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs
    policy = _step_policy(
        on,
        f"scaling-{what.key}-step-{name}",
        target,
        adjustment_type=ADJUSTMENT[steps.adjustment],
        cooldown=steps.cooldown_seconds,
        metric_aggregation_type="Average",
        step_adjustments=[
            one(
                scaling_adjustment=step.change,
                metric_interval_lower_bound=None if first == -INFINITE else f"{first:g}",
                metric_interval_upper_bound=None if last == INFINITE else f"{last:g}",
            )
            for step, (first, last) in zip(steps.steps, steps.bounds, strict=True)
        ],
    )
    metric = steps.metric
    return alarm(
        on,
        f"alarm-{what.key}-step-{name}",
        metric.dimensions_of(what.dimensions),
        namespace=metric.namespace,
        metric_name=metric.name,
        statistic=metric.statistic,
        unit=metric.unit,
        comparison_operator=COMPARISON[steps.comparison],
        threshold=steps.threshold,
        evaluation_periods=steps.minutes,
        alarm_actions=[policy.arn],
        alarm_description="Scales the endpoint",
    )


def _wake(on: Component, what: Scaled, target: aws.appautoscaling.Target) -> aws.cloudwatch.MetricAlarm:
    """SageMaker guide: scale an endpoint to zero instances, and autoscale an asynchronous endpoint."""
    name, statistic, minutes = WAKE[what.kind]
    one = aws.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs
    policy = _step_policy(
        on,
        f"scaling-{what.key}-wake",
        target,
        adjustment_type="ChangeInCapacity",
        cooldown=60 if what.kind == "copies" else 300,
        metric_aggregation_type="Maximum" if what.kind == "copies" else "Average",
        step_adjustments=[one(metric_interval_lower_bound="0", scaling_adjustment=1)],
    )
    dimensions = what.dimensions
    if what.kind == "queue":
        dimensions = {"EndpointName": what.dimensions["EndpointName"]}
    return alarm(
        on,
        f"alarm-{what.key}-wake",
        dimensions,
        namespace=NAMESPACE,
        metric_name=name,
        statistic=statistic,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=1,
        evaluation_periods=minutes,
        treat_missing_data="notBreaching",
        alarm_actions=[policy.arn],
        alarm_description="Requests while there is nothing to answer them: the first one is started",
    )


def _step_policy(on: Component, role: str, target: aws.appautoscaling.Target, **said: Any) -> aws.appautoscaling.Policy:
    return aws.appautoscaling.Policy(
        on.child(role),
        policy_type="StepScaling",
        step_scaling_policy_configuration=aws.appautoscaling.PolicyStepScalingPolicyConfigurationArgs(**said),
        **_of(target),
        opts=on.below(),
    )
