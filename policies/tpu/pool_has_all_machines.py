"""A GKE pool that is one TPU slice has as many nodes as the slice has machines."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ultrastack.catalog import TpuMachineType, tpu_generation

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Outside, Subject
from ._slices import CLUSTER, NODE_POOL, policy_of, pools, sides

RULE = Rule(
    title="a GKE pool that is one TPU slice has as many nodes as the slice has machines",
    level="mandatory",
    why="A slice of several machines is had whole or not at all: with another number of nodes the pool is refused, "
    "or its pods wait for ever.",
    fix="write as many nodes as the topology needs",
    references=(
        "https://github.com/vllm-project/ci-infra/pull/545",
        "https://github.com/vllm-project/ci-infra/pull/547",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus",
    ),
)


@RULE.graph(NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    slices = [(pool, machine) for pool, machine in pools(subject) if pool.has("placementPolicy")]
    if not slices:
        raise NotApplicable
    for pool, machine in slices:
        yield from each(_nodes, pool, machine)


def _nodes(pool: Block, machine: TpuMachineType) -> Iterator[Said]:
    topology = pool.text("placementPolicy.tpuTopology") or _of_policy(pool)
    chips = prod(sides(tpu_generation(machine.generation), topology))
    if not topology or chips % machine.chips or chips == machine.chips:
        return  # no slice of several machines, or none at all, which other rules say
    machines = chips // machine.chips
    needed = f"a slice {topology} of {machine.name} has {machines} machines"
    scaling = pool.block("autoscaling")
    if not scaling.values:
        name = "nodeCount" if pool.has("nodeCount") else "initialNodeCount"
        if not pool.has(name):
            yield fail(
                pool, f"{needed}, and the pool does not say how many nodes it has", at=name, fix=_fix(name, machines)
            )
        elif pool.number(name) not in (0, machines):
            said = f"{needed}, and the pool has {pool.text(name)} nodes"
            yield fail(pool, said, at=name, fix=_fix(name, machines))
        return
    most = "totalMaxNodeCount" if scaling.has("totalMaxNodeCount") else "maxNodeCount"
    if scaling.number(most) != machines:
        said = f"{needed}, and the pool grows to {scaling.text(most) or 'no number of'} nodes"
        yield fail(scaling, said, at=most, fix=_fix(most, machines))
    least = "totalMinNodeCount" if scaling.has("totalMinNodeCount") else "minNodeCount"
    if scaling.number(least) not in (0, machines):
        said = f"{needed}, and the pool keeps at least {scaling.text(least)}"
        yield fail(scaling, said, at=least, fix=f"write {least}: 0, or {machines}")
    if scaling.text("locationPolicy") == "BALANCED":
        said = "the pool spreads its nodes over zones, and a slice is in one"
        yield fail(scaling, said, at="locationPolicy", fix="write locationPolicy: ANY")


def _of_policy(pool: Block) -> str:
    policy = policy_of(pool, "placementPolicy.policyName")
    if isinstance(policy, Subject):
        return policy.text("workloadPolicy.acceleratorTopology")
    if isinstance(policy, Outside):
        pool.subject.world.made(pool, "placementPolicy.policyName", "gcp:compute/resourcePolicy:ResourcePolicy")
    return ""


def _fix(name: str, machines: int) -> str:
    return f"write {name}: {machines}"
