"""A flex-start TPU says when it ends, within seven days, and waits as flex-start does."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, machine_in, machine_purchase, pool_purchase, pools

RULE = Rule(
    title="a flex-start TPU says when it ends, within seven days, and waits as flex-start does",
    level="mandatory",
    why="Flex-start gives machines for a limited time and refuses requests that do not fit how it waits for them.",
    fix="write a run duration of at most 604800 seconds",
    references=(
        "https://cloud.google.com/tpu/docs/request-using-flex-start",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/dws",
    ),
)
SECONDS_MAX = 7 * 86400  # "for up to 7 days": https://cloud.google.com/tpu/docs/request-using-flex-start


@RULE.resource(*COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in COMPUTE:
        machine_in(subject)
        if machine_purchase(subject) != "flex-start":
            raise NotApplicable
        yield from each(_machine, subject.block("scheduling"))
        return
    waiting = [pool for pool, _ in pools(subject) if pool_purchase(pool) == "flex-start"]
    queued = [pool for pool, _ in pools(subject) if pool.flag("queuedProvisioning.enabled")]
    if not waiting and not queued:
        raise NotApplicable
    for pool in waiting:
        yield from each(_pool, pool)
    for pool in queued:
        yield from each(_no_reservation, pool, "queued provisioning")


def _machine(scheduling: Block) -> Iterator[Said]:
    duration = scheduling.block("maxRunDuration")
    if not duration.has("seconds"):
        yield fail(scheduling, "a flex-start machine has no `maxRunDuration`", at="maxRunDuration")
    else:
        yield from _within(duration, "seconds", duration.number("seconds"))
    if scheduling.text("instanceTerminationAction") != "DELETE":
        said = "a flex-start machine is deleted at its end, and `instanceTerminationAction` is not DELETE"
        fix = "write instanceTerminationAction: DELETE"
        yield fail(scheduling, said, at="instanceTerminationAction", fix=fix)


def _pool(pool: Block) -> Iterator[Said]:
    config, scaling = pool.block("nodeConfig"), pool.block("autoscaling")
    if config.has("maxRunDuration"):
        text = config.text("maxRunDuration").removesuffix("s")
        yield from _within(config, "maxRunDuration", float(text) if text.replace(".", "", 1).isdecimal() else 0)
    if not scaling.values:
        said = "a flex-start pool has no autoscaling, which asks for its nodes"
        yield fail(pool, said, at="autoscaling", fix="write autoscaling from 0 with locationPolicy: ANY")
    elif scaling.text("locationPolicy") == "BALANCED":
        said = "a flex-start pool has the location policy BALANCED"
        yield fail(scaling, said, at="locationPolicy", fix="write locationPolicy: ANY")
    if pool.flag("management.autoRepair"):
        said = "a flex-start pool has `autoRepair`, which flex-start forbids"
        remedy = {"gcp.tpu_slice.gke.auto_repair": None}
        yield fail(pool.block("management"), said, at="autoRepair", fix="write autoRepair: false", remedy=remedy)
    yield from _no_reservation(pool, "flex-start")


def _no_reservation(pool: Block, what: str) -> Iterator[Said]:
    affinity = pool.block("nodeConfig").block("reservationAffinity")
    kind = affinity.text("consumeReservationType", "NO_RESERVATION")
    if kind != "NO_RESERVATION":
        said = f"a pool with {what} has the reservation affinity {kind}"
        yield fail(affinity, said, at="consumeReservationType", fix="write consumeReservationType: NO_RESERVATION")


def _within(block: Block, at: str, seconds: float) -> Iterator[Said]:
    if seconds > SECONDS_MAX:
        said = f"a flex-start machine runs for {seconds:.0f} seconds, more than seven days"
        yield fail(block, said, at=at, remedy={"gcp.tpu_slice.max_run_duration": "7d"})
