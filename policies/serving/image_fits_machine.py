"""A container made for Neuron does not run on GPUs, nor the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Outside, Subject
from ._endpoints import CONFIGURATION, MADE_FOR, MODEL, containers, machine_of, on_machines
from ._images import is_of_aws, made_for, parsed

RULE = Rule(
    title="a model's image is made for the accelerators of its machines",
    level="mandatory",
    why="The container finds no device that it can use, fails its health checks, and the endpoint fails after up to "
    "an hour.",
    fix="choose an image and machines of the same kind",
    references=("AWS Deep Learning Containers documentation",),
)


@RULE.graph(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if one.has("modelName")]
    if not there:
        raise NotApplicable  # inference components say it themselves
    for variant in there:
        yield from each(_of, variant)


def _of(variant: Block) -> Iterator[Said]:
    machine = machine_of(variant)
    model = variant.subject.world.meant(variant, "modelName", MODEL)
    if machine is None or model is None:
        return
    if isinstance(model, Outside):
        model = variant.subject.world.made(variant, "modelName", MODEL)  # says that it is not there
        assert model is not None
    for container in containers(model):
        image = parsed(container.text("image"))
        if image is None or not is_of_aws(image):
            continue  # what an image of your own is made for stands nowhere
        kind = made_for(image)
        if kind is not None and kind != MADE_FOR[machine.vendor]:
            has = f"{variant.text('instanceType')} has {machine.accelerator}"
            yield fail(variant, f"{image.repository} is made for {kind}, and {has}", at="instanceType")
