"""A TPU generation is bought and made in a way that Google offers."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import tpu_way

from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._slices import (
    CLUSTER,
    COMPUTE,
    NODE_POOL,
    QUEUED,
    TPU_VM,
    generation_of,
    machine_in,
    machine_purchase,
    node_purchase,
    nodes,
    pool_purchase,
    pools,
)

RULE = Rule(
    title="a TPU generation is bought and made in a way that Google offers",
    level="mandatory",
    why="No plane makes all generations: v5e is no instance of Compute Engine, and TPU7x is not in the TPU API.",
    fix="make it in another way, or buy it otherwise",
    references=(
        "https://docs.cloud.google.com/compute/docs/instance-groups/about-workload-policies",
        "https://cloud.google.com/tpu/docs/request-using-flex-start",
        "https://github.com/AI-Hypercomputer/xpk/issues/434",
    ),
)
MADE_BY = {
    "tpu-vm": "a TPU VM",
    "queued-resource": "a queued resource",
    "compute-engine": "Compute Engine",
    "gke": "GKE",
}


@RULE.resource(TPU_VM, QUEUED, *COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (TPU_VM, QUEUED):
        plane = "tpu-vm" if subject.type == TPU_VM else "queued-resource"
        for node in nodes(subject):
            yield from each(_node, node, plane)
    elif subject.type in COMPUTE:
        machine = machine_in(subject)
        purchase = machine_purchase(subject)
        yield from _offered(subject, machine.generation, purchase, "compute-engine", "machineType")
        if machine.planes and "compute-engine" not in machine.planes and purchase == "on-demand":
            yield from _only_in_gke(subject, machine.name, machine.generation)
    else:
        for pool, machine in pools(subject):
            where = pool.block("nodeConfig")
            yield from each(_offered, where, machine.generation, pool_purchase(pool), "gke", "machineType")


def _node(node: Block, plane: str) -> Iterator[Said]:
    at = "acceleratorType" if node.has("acceleratorType") else "acceleratorConfig"
    yield from _offered(node, generation_of(node).name, node_purchase(node), plane, at)


def _offered(where: Block, generation: str, purchase: str, plane: str, at: str) -> Iterator[Said]:
    way = tpu_way(generation, purchase, plane)
    if way.offered is False:
        reason, _, hint = way.reason.partition("; use ")
        said = f"{purchase} {generation} cannot be had from {MADE_BY[plane]}: {reason}"
        yield fail(where, said, at=at, fix=f"use {hint}" if hint else "")
    elif way.offered is None:
        yield cannot_decide(where, f"whether {purchase} {generation} can be had from {MADE_BY[plane]}", at=at)


def _only_in_gke(subject: Subject, name: str, generation: str) -> Iterator[Said]:
    if tpu_way(generation, "on-demand", "compute-engine").offered is not False:  # else it is said already
        yield fail(subject, f"{name} is a machine of GKE only", at="machineType", fix="make it in a GKE node pool")
