"""The lower bound of a scaling is not above the upper one."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, TARGET, on_machines

RULE = Rule(
    title="the least number of a scaling is not above the most",
    level="mandatory",
    why="Application Auto Scaling and SageMaker refuse bounds in the wrong order.",
    fix="exchange the two numbers, or raise the upper one",
    references=(
        "botocore 1.44.5 application-autoscaling RegisterScalableTarget",
        "botocore 1.44.5 sagemaker ProductionVariantManagedInstanceScaling",
    ),
)


@RULE.resource(TARGET, CONFIGURATION)
def check(scaled: Subject) -> Iterator[Said]:
    if scaled.type == TARGET:
        yield from _of(scaled, "minCapacity", "maxCapacity")
        return
    for variant in on_machines(scaled):
        if variant.has("managedInstanceScaling"):
            yield from each(_of, variant.block("managedInstanceScaling"), "minInstanceCount", "maxInstanceCount")


def _of(block: Block, least: str, most: str) -> Iterator[Said]:
    if block.has(least) and block.has(most) and block.number(least) > block.number(most):
        words = f"`{least}` is {block.number(least)}, `{most}` {block.number(most)}"
        yield fail(block, words, at=least)
