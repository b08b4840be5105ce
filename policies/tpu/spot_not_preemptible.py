"""A TPU that may be taken is spot, not pre-emptible."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, TPU_VM, machine_in, pools

RULE = Rule(
    title="a TPU that may be taken is spot, not pre-emptible",
    level="advisory",
    why="Pre-emptible is the older form of spot, whose machines also end after a limited time.",
    fix="write spot: true instead of preemptible",
    references=(
        "https://github.com/AI-Hypercomputer/xpk/issues/434",
        "Cloud TPU API v2 revision 20261001: SchedulingConfig.preemptible",
    ),
)


@RULE.resource(TPU_VM, *COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == TPU_VM:
        yield from _older(subject.block("schedulingConfig"))
    elif subject.type in COMPUTE:
        machine_in(subject)
        scheduling = subject.block("scheduling")  # SPOT wants preemptible beside it
        if scheduling.flag("preemptible") and not scheduling.has("provisioningModel"):
            said = f"the machines of {subject.name} are pre-emptible"
            yield fail(scheduling, said, at="preemptible", fix="write provisioningModel: SPOT beside it")
    else:
        for pool, _ in pools(subject):
            yield from each(_older, pool.block("nodeConfig"))


def _older(block: Block) -> Iterator[Said]:
    if block.flag("preemptible") and not block.flag("spot"):
        yield fail(block, f"the machines of {block.subject.name} are pre-emptible", at="preemptible")
