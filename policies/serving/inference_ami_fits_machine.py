"""The machine image that a variant is pinned to has the driver of its accelerators."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import inference_amis

from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, MADE_FOR, machine_of, on_machines

RULE = Rule(
    title="an inference AMI is made for the accelerators of its machines",
    level="mandatory",
    why="A GPU image has no Neuron driver and a Neuron image no CUDA: the container starts and finds no device.",
    fix="choose an `inferenceAmiVersion` of the same kind as the machines, or leave it out",
    references=("botocore 1.44.5 sagemaker ProductionVariantInferenceAmiVersion",),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if one.has("inferenceAmiVersion")]
    if not there:
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant)


def _of(variant: Block) -> Iterator[Said]:
    name, machine = variant.text("inferenceAmiVersion"), machine_of(variant)
    ami = inference_amis().get(name)
    if ami is None:
        raise Undecided(f"what the inference AMI {name} is made for", variant, "inferenceAmiVersion")
    if machine is not None and ami.made_for != MADE_FOR[machine.vendor]:
        words = f"{name} is made for {ami.made_for}, and {variant.text('instanceType')} has {machine.accelerator}"
        yield fail(variant, words, at="inferenceAmiVersion")
