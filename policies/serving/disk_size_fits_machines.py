"""A size of disks is not given to machines that have disks of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, machine_of, on_machines

RULE = Rule(
    title="no size of volume is given for machines with disks of their own",
    level="mandatory",
    why="SageMaker takes the local disks of such a machine, whose size is fixed, and attaches no volume.",
    fix="remove `volumeSizeInGb`",
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/large-model-inference-hosting.html",),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if one.has("volumeSizeInGb")]
    if not there:
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant)


def _of(variant: Block) -> Iterator[Said]:
    machine = machine_of(variant)
    if machine is not None and machine.nvme_disks:
        size = f"{machine.nvme_disks} x {machine.nvme_gb_each} GB"
        yield fail(variant, f"{variant.text('instanceType')} has {size} of its own", at="volumeSizeInGb")
