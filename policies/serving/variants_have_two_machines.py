"""A variant that answers at once has two machines or more, which SageMaker puts into different zones."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, name_of, on_machines

RULE = Rule(
    title="a variant has at least two machines, in different zones",
    level="advisory",
    why="With one machine an endpoint answers nobody while that machine, or its zone, is gone; only several are spread "
    "over zones.",
    fix="set `initialInstanceCount` to 2 or more, and the minimum of its scaling too",
    references=(
        "https://docs.aws.amazon.com/config/latest/developerguide/sagemaker-endpoint-config-prod-instance-count.html",
    ),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    if configuration.has("asyncInferenceConfig"):  # requests wait in a queue meanwhile
        raise NotApplicable
    there = [one for one in on_machines(configuration, shadows=False) if _is_always_there(one)]
    if not there:
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant)


def _is_always_there(variant: Block) -> bool:
    """One that may go to zero is asked now and then, and is away in between anyway."""
    return bool(variant.raw("managedInstanceScaling.minInstanceCount") != 0)


def _of(variant: Block) -> Iterator[Said]:
    least = max(variant.number("initialInstanceCount", 1), variant.number("managedInstanceScaling.minInstanceCount"))
    if least < 2:
        yield fail(variant, f"{name_of(variant)} has {least} machine", at="initialInstanceCount")
