"""The number of machines that a configuration starts with lies within the bounds of its scaling."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._endpoints import OF_MACHINES, TARGET, configuration_of, endpoint_of, name_of, variant_of

RULE = Rule(
    title="a variant starts with as many machines as its scaling allows",
    level="advisory",
    why="Each update of the endpoint goes back to the number in its configuration: below the bounds requests are "
    "refused until scaling has caught up, above them machines are started to be stopped again.",
    fix="set `initialInstanceCount` to a number from `minCapacity` to `maxCapacity`",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html",
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
    ),
)


@RULE.graph(TARGET)
def check(target: Subject) -> Iterator[Said]:
    if target.text("scalableDimension") != OF_MACHINES:
        raise NotApplicable
    variant = variant_of(target, configuration_of(endpoint_of(target)))
    if variant.has("managedInstanceScaling"):
        raise NotApplicable
    count = variant.number("initialInstanceCount", 1)
    least, most = target.number("minCapacity"), target.number("maxCapacity")
    if not max(least, 1) <= count <= max(most, 1):  # a configuration never starts with none
        words = f"{name_of(variant)} starts with {count}, and {target.name} scales it from {least} to {most}"
        yield fail(variant, words, at="initialInstanceCount")
