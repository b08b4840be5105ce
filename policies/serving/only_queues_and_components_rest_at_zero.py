"""Machines go to zero behind a queue, or where inference components lie on them, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, OF_MACHINES, OF_WARM_REQUESTS, TARGET, configuration_of, endpoint_of, on_machines

RULE = Rule(
    title="only asynchronous endpoints and those of inference components go to zero machines",
    level="mandatory",
    why="A real-time variant with a model of its own keeps one machine; a minimum of 0 is refused, or never reached.",
    fix="use a minimum of 1, serve by `asyncInferenceConfig`, or make the model an inference component",
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",),
)


@RULE.graph(TARGET, CONFIGURATION)
def check(scaled: Subject) -> Iterator[Said]:
    if scaled.type == CONFIGURATION:
        for variant in on_machines(scaled):
            yield from each(_managed, variant)
    else:
        yield from _registered(scaled)


def _managed(variant: Block) -> Iterator[Said]:
    if not variant.has("managedInstanceScaling") or not variant.has("modelName"):
        return
    scaling = variant.block("managedInstanceScaling")
    if scaling.has("minInstanceCount") and scaling.number("minInstanceCount") == 0:
        yield fail(scaling, "the variant has a model of its own, and its minimum is 0", at="minInstanceCount")


def _registered(target: Subject) -> Iterator[Said]:
    dimension = target.text("scalableDimension")
    if dimension not in (OF_MACHINES, OF_WARM_REQUESTS) or target.number("minCapacity") > 0:
        raise NotApplicable
    if dimension == OF_WARM_REQUESTS:
        yield fail(target, "0 warm requests cannot be provisioned", at="minCapacity", fix="use a minimum of 1")
    elif not configuration_of(endpoint_of(target)).has("asyncInferenceConfig"):
        yield fail(target, "the endpoint answers at once, and its minimum is 0 machines", at="minCapacity")
