"""Machines whose quota is 0 or 1 in a new account are asked for before they are needed."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import aws_quotas_for

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject, World
from ._endpoints import CONFIGURATION, hosted, on_machines

RULE = Rule(
    title="the quota for an endpoint's machines has been raised",
    level="advisory",
    why="Each type has a quota of its own for endpoints, often 0 or 1 by default: the endpoint fails with "
    "ResourceLimitExceeded, and a raise takes days.",
    fix="look the quota up with `aws service-quotas get-service-quota --service-code sagemaker --quota-code <code>`, "
    "ask for a raise with aws.servicequotas.ServiceQuota, or by hand, and accept this finding",
    references=(
        "https://github.com/aws-samples/sagemaker-custom-project-templates/issues/51",
        "https://github.com/aws/amazon-sagemaker-examples/issues/307",
        "https://github.com/aws/amazon-sagemaker-examples/issues/593",
    ),
)


QUOTA = "aws:servicequotas/serviceQuota:ServiceQuota"  # asks for a raise


@RULE.graph(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if not one.knows("instanceType") or hosted(one) is not None]
    if not there:
        raise NotApplicable
    of_type: dict[str, list[Block]] = {}
    for variant in there:
        if not variant.has("capacityReservationConfig.mlReservationArn"):
            of_type.setdefault(variant.text("instanceType"), []).append(variant)
    for name, them in of_type.items():
        yield from each(_of, name, them)


def _of(name: str, them: list[Block]) -> Iterator[Said]:
    count = sum(map(_count, them))
    for quota in aws_quotas_for(name, "endpoint"):
        if _is_asked_for(them[0].subject.world, quota.code, count):
            continue
        words = f"{name} counts against the quota {quota.code}, often 0 or 1 by default; at least {count:g} needed"
        yield fail(them[0], words, at="instanceType")


def _is_asked_for(world: World, code: str, count: float) -> bool:
    """By this program. Raises Undecided."""
    return any(
        one.text("serviceCode") == "sagemaker" and one.text("quotaCode") == code and one.number("value") >= count
        for one in world.of_type(QUOTA)
    )


def _count(variant: Block) -> float:
    most = variant.number("managedInstanceScaling.maxInstanceCount")
    return max(variant.number("initialInstanceCount", 1), most)
