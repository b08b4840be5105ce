"""The machines of a variant are ones that SageMaker hosts models on."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import hosting_types

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, on_machines

RULE = Rule(
    title="the instance type of a variant is one that SageMaker hosts models on",
    level="mandatory",
    why="CreateEndpointConfig refuses a type of EC2 without `ml.`, and types that are for HyperPod or training alone.",
    fix="write a hosting type, such as ml.inf2.24xlarge",
    references=("https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    for variant in on_machines(configuration):
        yield from each(_of, variant)


def _of(variant: Block) -> Iterator[Said]:
    name = variant.text("instanceType")
    if name and not name.startswith("ml."):
        yield fail(variant, f"{name} is no type of SageMaker", at="instanceType", fix=f"write ml.{name}")
        return
    row = hosting_types().get(name)
    if row is not None and not row.hosting:
        note = f" ({row.note})" if row.note else ""
        yield fail(variant, f"{name} is not for hosting{note}", at="instanceType")
