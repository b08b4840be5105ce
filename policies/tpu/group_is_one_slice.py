"""A group of TPU machines with a workload policy has exactly the machines of the policy's slice."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ultrastack.catalog import tpu_generation, tpu_slices

from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Block, Subject
from ._slices import GROUPS, POLICY, fault, machine_of_group, nearest, sides

RULE = Rule(
    title="a group of TPU machines with a workload policy has exactly the machines of the policy's slice",
    level="mandatory",
    why="The policy wires the group's machines to one torus of its topology; with more, fewer or other machines "
    "the group never becomes stable.",
    fix="make targetSize, the machine type and acceleratorTopology agree",
    references=(
        "https://docs.cloud.google.com/compute/docs/instance-groups/about-workload-policies",
        "https://github.com/AI-Hypercomputer/xpk/issues/752",
    ),
)


@RULE.graph(*GROUPS)
def check(group: Subject) -> Iterator[Said]:
    machine = machine_of_group(group)
    if not group.has("resourcePolicies"):
        raise NotApplicable
    policy = group.world.made(group, "resourcePolicies.workloadPolicy", POLICY)
    if policy is None:
        raise NotApplicable
    workload: Block = policy.block("workloadPolicy")
    topology = workload.text("acceleratorTopology")
    if not topology:
        raise NotApplicable
    if workload.text("type") not in ("", "HIGH_THROUGHPUT"):
        said = f"a workload policy of type {workload.text('type')} cannot have a topology"
        yield fail(workload, said, at="type", fix="write type: HIGH_THROUGHPUT")
    generation = tpu_generation(machine.generation)
    wrong = fault(generation, topology)
    numbers = sides(generation, topology)
    if wrong:
        near = nearest(generation, prod(numbers) if numbers else 4)
        yield fail(workload, wrong, at="acceleratorTopology", fix=f"use {near}")
        return
    if wrong is None:
        yield cannot_decide(workload, f"whether {generation.name} has slices of {topology}", at="acceleratorTopology")
        return
    row = tpu_slices(generation.name).get("x".join(str(side) for side in numbers))
    if row is not None and row.vms > 1 and row.chips_per_vm != machine.chips:
        said = f"{topology} is made of machines with {row.chips_per_vm} chips, and {machine.name} has {machine.chips}"
        yield fail(group, said, at="versions", fix=f"use {row.machine_type}")
        return
    machines = max(1, prod(numbers) // machine.chips)
    if group.has("targetSize") and group.number("targetSize") not in (0, machines):
        said = f"a slice {topology} has {machines} machines, and the group has {group.text('targetSize')}"
        yield fail(group, said, at="targetSize", fix=f"write targetSize: {machines}")
