"""What is scaled on accelerators follows how busy they are, and not how many requests come or how busy the CPU is."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import GROUP
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..serving._endpoints import (
    CONFIGURATION,
    ENDPOINT,
    OF_COPIES,
    POLICY,
    TARGET,
    configuration_of,
    endpoint_of,
    machine_of,
    on_machines,
)
from ..world import Subject
from ._accelerators import machines_of

RULE = Rule(
    title="accelerators are scaled by what keeps them busy",
    level="advisory",
    why="One request may take a hundred times as long as another, and the CPU waits while the accelerator works: by "
    "either number machines are idle, or overloaded, and nothing is scaled.",
    fix="scale by SageMakerVariantConcurrentRequestsPerModelHighResolution, its per-copy form, or a metric of the "
    "accelerators' use",
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html",),
)
GROUP_POLICY = "aws:autoscaling/policy:Policy"
# botocore application-autoscaling MetricType, autoscaling MetricType
INVOCATIONS = ("SageMakerVariantInvocationsPerInstance", "SageMakerInferenceComponentInvocationsPerCopy")
CPU = ("ASGAverageCPUUtilization", "CPUUtilization")
PREDEFINED = "predefinedMetricSpecification.predefinedMetricType"
OWN = "customizedMetricSpecification.metricName"


@RULE.graph(POLICY, GROUP_POLICY)
def check(policy: Subject) -> Iterator[Said]:
    if policy.type == GROUP_POLICY:
        yield from _of_group(policy)
        return
    tracking = "targetTrackingScalingPolicyConfiguration"
    if not policy.has(tracking):
        raise NotApplicable
    metric = policy.text(f"{tracking}.{PREDEFINED}")
    if not metric.startswith("SageMaker"):
        raise NotApplicable
    if metric in INVOCATIONS and _is_accelerated(policy):
        yield fail(policy, f"{policy.name} scales accelerators by {metric}", at=f"{tracking}.{PREDEFINED}")


def _is_accelerated(policy: Subject) -> bool:
    world = policy.world
    if policy.text("scalableDimension") == OF_COPIES:  # on machines that name no model
        hosts = [v for one in world.of_type(CONFIGURATION) for v in on_machines(one) if not v.has("modelName")]
        if not hosts:
            raise Undecided(f"the machines of {policy.text('resourceId')}", policy, "resourceId")
        return any(machine_of(one) is not None for one in hosts)
    follows = world.meant(policy, "resourceId", TARGET, ENDPOINT)
    of = follows if isinstance(follows, Subject) and follows.type == TARGET else policy
    configuration = configuration_of(
        follows if isinstance(follows, Subject) and follows.type == ENDPOINT else endpoint_of(of)
    )
    return any(machine_of(one) is not None for one in on_machines(configuration))


def _of_group(policy: Subject) -> Iterator[Said]:
    tracking = "targetTrackingConfiguration"
    if not policy.has(tracking):
        raise NotApplicable
    for at in (PREDEFINED, OWN):
        metric = policy.text(f"{tracking}.{at}")
        if metric in CPU:
            group = policy.world.made(policy, "autoscalingGroupName", GROUP)
            machines = machines_of(group) if group is not None else []
            if machines:
                words = f"{policy.name} scales {machines[0].name}, which has accelerators, by {metric}"
                yield fail(policy, words, at=f"{tracking}.{at}")
