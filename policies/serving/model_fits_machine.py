"""A model's weights and cache fit into the device memory of one machine."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import Machine

from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, MODEL, containers, machine_of, on_machines

RULE = Rule(
    title="a model fits into the device memory of its machines",
    level="mandatory",
    why="A model that does not fit fails while it is loaded, and SageMaker tries for up to an hour.",
    fix="choose machines with more device memory, or a smaller or quantized model",
    references=("https://github.com/aws/amazon-sagemaker-examples/issues/3432",),
)
SIZE = "model-memory-gib"  # nothing that Pulumi knows says how large the weights in S3 are
# DJL Serving, LMI configurations; Hugging Face TGI on SageMaker; vLLM on SageMaker
DEGREES = ("OPTION_TENSOR_PARALLEL_DEGREE", "SM_NUM_GPUS", "SM_VLLM_TENSOR_PARALLEL_SIZE")


@RULE.graph(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [
        one
        for one in on_machines(configuration)
        if one.has("modelName") and (not one.knows("instanceType") or machine_of(one) is not None)
    ]
    if not there:
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant)


def _of(variant: Block) -> Iterator[Said]:
    machine = machine_of(variant)
    model = variant.subject.world.made(variant, "modelName", MODEL)
    if machine is None or model is None:
        return
    for container in containers(model):
        yield from each(_split, container, model, machine, variant.text("instanceType"))
    yield from each(_size, variant, model, machine)


def _split(container: Block, model: Subject, machine: Machine, name: str) -> Iterator[Said]:
    parts = machine.neuron_cores or machine.accelerators
    environment = container.block("environment")
    for word in DEGREES:
        degree = environment.text(word)
        if degree.isdecimal() and int(degree) > parts:
            what = "NeuronCores" if machine.neuron_cores else "accelerators"
            words = f"{model.name} is split over {degree} by {word}, and {name} has {parts} {what}"
            yield fail(environment, words, at=word)


def _size(variant: Block, model: Subject, machine: Machine) -> Iterator[Said]:
    size = model.number(f"tags.{SIZE}")
    if not size:
        raise Undecided(f"how much device memory {model.name} takes, for instance in its tag `{SIZE}`", model, "tags")
    memory = machine.accelerator_memory_gib
    if memory is None:
        raise Undecided(f"the device memory of {machine.name}", variant, "instanceType")
    if size > memory:
        yield fail(
            variant,
            f"{model.name} takes {size:g} GiB, and {variant.text('instanceType')} has {memory:g} GiB",
            at="instanceType",
        )
