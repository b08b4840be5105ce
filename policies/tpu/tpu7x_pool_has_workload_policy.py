"""A GKE pool that is a TPU7x slice has a workload policy with its topology."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Outside, Subject
from ._slices import CLUSTER, NODE_POOL, policy_of, pools

RULE = Rule(
    title="a GKE pool that is a TPU7x slice has a workload policy with its topology",
    level="mandatory",
    why="Machines of TPU7x are joined by a workload policy; a compact placement alone leaves them without a torus.",
    fix="name a resource policy with workloadPolicy.acceleratorTopology as placementPolicy.policyName",
    references=(
        "https://github.com/vllm-project/ci-infra/pull/547",
        "https://docs.cloud.google.com/compute/docs/instance-groups/about-workload-policies",
    ),
)


@RULE.graph(NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    slices = [pool for pool, machine in pools(subject) if machine.generation == "tpu7x" and pool.has("placementPolicy")]
    if not slices:
        raise NotApplicable
    for pool in slices:
        yield from each(_policy, pool)


def _policy(pool: Block) -> Iterator[Said]:
    placement = pool.block("placementPolicy")
    policy = policy_of(pool, "placementPolicy.policyName")
    if policy is None:
        yield fail(placement, "no workload policy is named for a slice of TPU7x", at="policyName")
    elif isinstance(policy, Outside):
        pool.subject.world.made(pool, "placementPolicy.policyName", "gcp:compute/resourcePolicy:ResourcePolicy")
    elif not policy.has("workloadPolicy"):
        yield fail(policy, f"{policy.name} is no workload policy", at="workloadPolicy")
    else:
        yield from _agrees(placement, policy.block("workloadPolicy"))


def _agrees(placement: Block, workload: Block) -> Iterator[Said]:
    if not workload.has("acceleratorTopology"):
        yield fail(workload, "the workload policy has no topology", at="acceleratorTopology")
        return
    asked, joined = placement.text("tpuTopology"), workload.text("acceleratorTopology")
    if asked and asked != joined:
        said = f"the pool is {asked}, and its workload policy joins {joined}"
        yield fail(placement, said, at="tpuTopology", fix=f"write {joined} in both")
