"""A GKE pool that is one TPU slice is in one zone, and is upgraded in place."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, NODE_POOL, is_zone, pools

RULE = Rule(
    title="a GKE pool that is one TPU slice is in one zone, and is upgraded in place",
    level="mandatory",
    why="GKE puts nodeCount nodes into each zone, and a slice is in one; nor can it stand twice during an upgrade.",
    fix="write one zone as nodeLocations",
    references=(
        "https://github.com/GoogleCloudPlatform/cluster-toolkit/pull/3817",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/node-pool-upgrade-strategies",
    ),
)


@RULE.graph(NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    slices = [pool for pool, _ in pools(subject) if pool.text("placementPolicy.type") == "COMPACT"]
    if not slices:
        raise NotApplicable
    for pool in slices:
        if pool.text("upgradeSettings.strategy") == "BLUE_GREEN":
            said = "a pool with compact placement cannot be upgraded blue-green"
            yield fail(pool.block("upgradeSettings"), said, at="strategy", fix="use the strategy SURGE")
        yield from each(_one_zone, pool)


def _one_zone(pool: Block) -> Iterator[Said]:
    where = pool
    if not pool.has("nodeLocations"):
        subject = pool.subject
        if is_zone(subject.text("location")):
            return
        cluster = subject.world.made(pool, "cluster", CLUSTER) if subject.type == NODE_POOL else subject
        if cluster is None or (not cluster.has("nodeLocations") and is_zone(cluster.text("location"))):
            return
        where = cluster
    zones = where.elements("nodeLocations")
    if len(zones) > 1:
        yield fail(
            where, f"the slice {pool.text('name') or pool.subject.name} is in {len(zones)} zones", at="nodeLocations"
        )
    elif not zones:
        said = f"the slice is in all zones of {where.subject.text('location') or 'the region'}"
        yield fail(pool, said, at="nodeLocations")
