"""A TPU slice has a shape that its generation has, made of the machines that are named."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ultrastack.catalog import TpuMachineType, tpu_generation, tpu_slice_of, tpu_slices
from ultrastack.catalog.rows import UnknownRow

from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, NODE_POOL, QUEUED, TPU_VM, fault, generation_of, nearest, nodes, pools, sides

RULE = Rule(
    title="a TPU slice has a shape that its generation has, made of the machines that are named",
    level="mandatory",
    why="The API refuses a slice whose shape, number of chips and machines do not agree, or its pods wait for ever.",
    fix="write a topology and a machine type that belong together",
    references=(
        "https://docs.cloud.google.com/tpu/docs/v6e",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        "https://github.com/AI-Hypercomputer/xpk/issues/751",
        "https://github.com/GoogleCloudPlatform/cluster-toolkit/pull/3817",
    ),
)


@RULE.resource(TPU_VM, QUEUED, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (TPU_VM, QUEUED):
        for node in nodes(subject):
            yield from each(_node, node)
    else:
        for pool, machine in pools(subject):
            yield from each(_pool, pool, machine)


def _node(node: Block) -> Iterator[Said]:
    generation = generation_of(node)
    if not node.text("acceleratorConfig.type"):
        yield from _by_name(node)
        return
    yield from _shape(node.block("acceleratorConfig"), "topology", generation.name)


def _by_name(node: Block) -> Iterator[Said]:
    word, generation = node.text("acceleratorType"), generation_of(node)
    try:
        tpu_slice_of(word)
        return
    except UnknownRow:
        chips = generation.chips_of(word)
    if chips and generation.cubes_max and chips % 64 == 0 and chips // 64 <= generation.cubes_max:
        return  # whole cubes have a name, and the TPU API chooses their shape
    number = word.rpartition("-")[2]
    asked = int(number) / (generation.cores_per_chip if generation.accelerator_type_counts == "cores" else 1)
    rows = sorted(tpu_slices(generation.name).values(), key=lambda row: (abs(row.chips - asked), row.chips))[:2]
    names = " or ".join(str(row.accelerator_type or row.common_name) for row in sorted(rows, key=lambda r: r.chips))
    counts = f"whose number counts {generation.accelerator_type_counts}"
    yield fail(node, f"`{word}` is no slice of {generation.name}, {counts}", at="acceleratorType", fix=f"use {names}")


def _pool(pool: Block, machine: TpuMachineType) -> Iterator[Said]:
    topology = pool.text("placementPolicy.tpuTopology")
    if not topology:
        return
    generation, where = tpu_generation(machine.generation), pool.block("placementPolicy")
    wrong = list(_shape(where, "tpuTopology", generation.name))
    yield from wrong
    if wrong:
        return
    numbers = sides(generation, topology)
    if machine.joins_slices is False:
        said = f"{machine.name} is a device of its own, and no slice {topology} can be made of it"
        yield fail(where, said, at="tpuTopology", fix="leave tpuTopology out, or use another machine type")
        return
    chips = prod(numbers)
    row = tpu_slices(generation.name).get("x".join(str(side) for side in numbers))
    if chips % machine.chips:
        said = f"{topology} has {chips} chip{'s' * (chips > 1)}, and {machine.name} has {machine.chips}"
        yield fail(where, said, at="tpuTopology", fix=f"use {nearest(generation, machine.chips)}")
    elif row is not None and row.vms > 1 and machine.chips != row.chips_per_vm:
        said = f"{topology} of {generation.name} is made of machines with {row.chips_per_vm} chips"
        fix = f"use {row.machine_type}" if row.machine_type else f"use a machine with {row.chips_per_vm} chips"
        yield fail(
            pool.block("nodeConfig"), f"{said}, and {machine.name} has {machine.chips}", at="machineType", fix=fix
        )


def _shape(where: Block, at: str, name: str) -> Iterator[Said]:
    generation, topology = tpu_generation(name), where.text(at)
    wrong = fault(generation, topology)
    if wrong is None:
        yield cannot_decide(where, f"whether {name} has slices of {topology}", at=at)
    elif wrong:
        numbers = sides(generation, topology)
        turned = "x".join(str(side) for side in sorted(numbers))
        right = turned if numbers and turned != topology and not fault(generation, turned) else ""
        near = right or nearest(generation, prod(numbers) if numbers else 4)
        yield fail(where, wrong, at=at, fix=f"use {near}", remedy={"gcp.tpu_slice.topology": right} if right else None)
