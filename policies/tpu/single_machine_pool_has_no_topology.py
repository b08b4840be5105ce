"""A GKE pool of single TPU machines has no topology."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ultrastack.catalog import tpu_generation

from ..rule import Rule, Said, fail
from ..world import Subject
from ._slices import CLUSTER, NODE_POOL, pools, sides

RULE = Rule(
    title="a GKE pool of single TPU machines has no topology",
    level="mandatory",
    why="GKE answers 400 to a topology that one machine already is.",
    fix="remove placementPolicy",
    references=(
        "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
        "https://github.com/AI-Hypercomputer/xpk/issues/751",
    ),
)


@RULE.resource(NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    for pool, machine in pools(subject):
        topology = pool.text("placementPolicy.tpuTopology")
        if topology and prod(sides(tpu_generation(machine.generation), topology)) == machine.chips:
            said = f"one {machine.name} is a whole slice {topology}"
            yield fail(pool.block("placementPolicy"), said, at="tpuTopology")
