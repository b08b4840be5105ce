"""Machines beside the TPUs are of types that their zone has, as far as that can be known."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import tpu_generations, tpu_zones

from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..world import Block, Subject, World
from ._slices import CLUSTER, NODE_POOL, is_zone, machine

RULE = Rule(
    title="node pools beside the TPUs have machines that their zone offers",
    level="advisory",
    why="A zone with TPUs need not have the usual machines: a pool for the controller or the data is refused, or far "
    "from what it serves, and the TPUs wait for it.",
    fix="place the pool in another zone of the cluster's region with `nodeLocations`",
    references=(
        "https://github.com/keras-team/kinetic/issues/305",
        "https://docs.cloud.google.com/compute/docs/regions-zones/ai-zones",
    ),
)


ACCELERATED = ("a2-", "a3-", "a4-", "a4x-", "g2-", "g4-")  # machine types that bring GPUs along


@RULE.graph(NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if not subject.world.once(_has_tpus):
        raise NotApplicable
    beside = [pool for pool in _pools(subject) if _is_plain(pool.block("nodeConfig"))]
    if not beside:
        raise NotApplicable
    for pool in beside:
        yield from each(_in_zones, subject, pool)


def _pools(subject: Subject) -> list[Block]:
    return [subject] if subject.type == NODE_POOL else subject.blocks("nodePools")


def _is_plain(config: Block) -> bool:
    """Whether it is a machine without accelerators."""
    if machine(config) is not None or config.has("guestAccelerators"):
        return False
    return not config.text("machineType").startswith(ACCELERATED)


def _has_tpus(world: World) -> bool:
    unsure: Undecided | None = None
    for subject in world.of_type(NODE_POOL, CLUSTER):
        try:
            if any(machine(pool.block("nodeConfig")) is not None for pool in _pools(subject)):
                return True
        except Undecided as e:
            unsure = e
    if unsure is not None:
        raise unsure
    return False


def _in_zones(subject: Subject, pool: Block) -> Iterator[Said]:
    """No list says which machines each zone has; only that AI zones are for accelerators."""
    zones, location = pool.texts("nodeLocations"), subject.text("location")
    name = pool.text("nodeConfig.machineType", "e2-medium")
    for zone in zones or ([location] if is_zone(location) else []):
        if any(row.ai_zone for one in tpu_generations() if (row := tpu_zones(one).get(zone)) is not None):
            yield fail(
                pool, f"{zone} is an AI zone, which is for accelerators, and {name} has none", at="nodeLocations"
            )
        else:
            yield cannot_decide(pool, f"whether {zone} has {name}", at="nodeLocations")
