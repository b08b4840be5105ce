"""A container on a machine with several accelerators is given more than the usual time to start."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, machine_of, name_of, on_machines

RULE = Rule(
    title="a model for several accelerators is given time to start",
    level="advisory",
    why="Weights that need several accelerators take many minutes to download, load and compile; with the usual "
    "time-out the endpoint fails, and only after an hour.",
    fix="set `containerStartupHealthCheckTimeoutInSeconds` to 1800 or more, and `modelDataDownloadTimeoutInSeconds` "
    "for weights of more than 40 GB",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/large-model-inference-hosting.html",
        "https://github.com/aws/amazon-sagemaker-examples/issues/3432",
    ),
)
TIMEOUT = "containerStartupHealthCheckTimeoutInSeconds"


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if not one.has(TIMEOUT) and _is_large(one)]
    if not there and not any(_is_large(one) for one in on_machines(configuration)):
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant)


def _is_large(variant: Block) -> bool:
    if not variant.knows("instanceType"):
        return True
    machine = machine_of(variant)
    return machine is not None and machine.accelerators > 1


def _of(variant: Block) -> Iterator[Said]:
    machine = machine_of(variant)
    if machine is not None:
        words = f"{name_of(variant)} has {machine.accelerators} accelerators and the usual time-out"
        yield fail(variant, words, at=TIMEOUT)
