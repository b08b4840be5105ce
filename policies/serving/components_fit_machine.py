"""One copy of an inference component asks for no more than one machine has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ultrastack.catalog import Machine

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, ENDPOINT, OURS, configuration_of, is_ours, machine_of, on_machines

RULE = Rule(
    title="a copy of an inference component fits on one machine of its variant",
    level="mandatory",
    why="A copy lies on one machine as a whole; one that asks for more is never placed, and the component fails.",
    fix="ask for fewer accelerators or less memory, or choose larger machines",
    references=(
        "botocore 1.44.5 sagemaker InferenceComponentComputeResourceRequirements",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",
    ),
)
COMPONENT = "aws:cloudcontrol/resource:Resource"
MIB = 1024


@RULE.graph(COMPONENT, OURS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == OURS:
        yield from _ours(subject)
        return
    if subject.text("typeName") != "AWS::SageMaker::InferenceComponent" or is_ours(subject):
        raise NotApplicable  # our component says in its own inputs what is in a text that only `up` knows
    state = subject.document("desiredState")
    if not isinstance(state, dict):
        raise Undecided("a mapping as `desiredState`", subject, "desiredState")
    machine = _machine_of(subject, state)
    asked = Block(subject, "desiredState", state).block("Specification.ComputeResourceRequirements")
    accelerators = asked.get("NumberOfAcceleratorDevicesRequired")
    memory = asked.get("MinMemoryRequiredInMb")
    yield from _of(subject, "desiredState", subject.name, machine, accelerators, memory)


def _machine_of(subject: Subject, state: dict[str, Any]) -> Machine:
    """The variant's; of an endpoint that this program makes under that name."""
    name = state.get("EndpointName")
    for endpoint in subject.world.of_type(ENDPOINT):
        if name and endpoint.raw("name") == name:
            for variant in on_machines(configuration_of(endpoint), shadows=False):
                if variant.raw("variantName") == state.get("VariantName", variant.raw("variantName")):
                    machine = machine_of(variant)
                    if machine is not None:
                        return machine
                    raise NotApplicable
    raise Undecided(f"the endpoint {name}, which is not in this program", subject, "desiredState")


def _ours(component: Subject) -> Iterator[Said]:
    parts = component.block("inference_components").values
    if not parts:
        raise NotApplicable
    machines: dict[str, Machine | None] = {}
    for configuration in component.world.of_type(CONFIGURATION):
        if configuration.resource.parent == component.urn:
            for variant in on_machines(configuration, shadows=False):
                machines[variant.text("variantName")] = machine_of(variant)
    for name in parts:
        part = component.block(f"inference_components.{name}")
        variant_name = part.text("variant") or (next(iter(machines)) if len(machines) == 1 else "")
        machine = machines.get(variant_name)
        if machine is not None:
            at = f"inference_components.{name}"
            yield from _of(component, at, name, machine, part.get("accelerators"), part.get("memory_mib"))


def _of(where: Subject, at: str, name: str, machine: Machine, accelerators: Any, memory: Any) -> Iterator[Said]:
    if isinstance(accelerators, (int, float)) and accelerators > machine.accelerators:
        words = f"{name} asks for {accelerators:g} accelerators, and {machine.name} has {machine.accelerators}"
        yield fail(where, words, at=at)
    if isinstance(memory, (int, float)) and memory > machine.memory_gib * MIB:
        words = f"{name} asks for {memory / MIB:g} GiB of memory, and {machine.name} has {machine.memory_gib:g} GiB"
        yield fail(where, words, at=at)
