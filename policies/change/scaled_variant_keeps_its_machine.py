"""The machine of an endpoint's variant is not changed while the variant is scaled automatically."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject, SubjectChange, World

RULE = Rule(
    title="a variant that is scaled automatically keeps its instance type",
    level="mandatory",
    why="SageMaker refuses to change the instance type of a variant that is registered for automatic scaling.",
    fix="take the scaling target away in an `up` of its own, change the instance type, then register it again",
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html",),
)

CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
ENDPOINT = "aws:sagemaker/endpoint:Endpoint"
TARGET = "aws:appautoscaling/target:Target"


@RULE.change(CONFIGURATION)
def check(change: SubjectChange) -> Iterator[Said]:
    if change.old is None or change.new is None:
        raise NotApplicable
    before = {one.text("variantName", f"[{i}]"): one for i, one in enumerate(change.old.blocks("productionVariants"))}
    for i, variant in enumerate(change.new.blocks("productionVariants")):
        earlier = before.get(variant.text("variantName", f"[{i}]"))
        if earlier is not None:
            yield from each(_of_variant, change.old, earlier, variant, len(before) == 1)


def _of_variant(old: Subject, earlier: Block, variant: Block, alone: bool) -> Iterator[Said]:
    was, now = earlier.raw("instanceType"), variant.raw("instanceType")
    if was is None or now is None or was == now:
        return
    name = variant.text("variantName")
    still = {target.name for target in variant.subject.world.of_type(TARGET)}
    for target in old.world.of_type(TARGET):
        if target.name in still and _scales(old.world, target, old, name, alone):
            was, now = earlier.text("instanceType"), variant.text("instanceType")
            message = f"variant {name} changes from {was} to {now} while {target.name} scales it"
            yield fail(variant, message, at="instanceType")


def _scales(world: World, target: Subject, configuration: Subject, variant: str, alone: bool) -> bool:
    """endpoint/NAME/variant/VARIANT; offline the endpoint's name is unknown, and with it the whole."""
    if target.text("serviceNamespace") != "sagemaker" or not target.text("scalableDimension").startswith(
        "sagemaker:variant:"
    ):
        return False
    resource = target.raw("resourceId")
    if isinstance(resource, str) and not resource.endswith(f"/variant/{variant}"):
        return False
    if isinstance(resource, str):
        endpoint = next((e for e in world.of_type(ENDPOINT) if e.raw("name") == resource.split("/")[1]), None)
    else:
        endpoint = world.made(target, "resourceId", ENDPOINT)
    if endpoint is None or world.made(endpoint, "endpointConfigName", CONFIGURATION) is not configuration:
        return False
    if not isinstance(resource, str) and not alone:
        target.text("resourceId")  # which of several variants: raises Undecided
    return True
