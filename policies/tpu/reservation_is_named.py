"""A TPU that is bound to a reservation names it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, machine_in, pools

RULE = Rule(
    title="a TPU that is bound to a reservation names it",
    level="mandatory",
    why="A specific reservation is found by its key and its name, or path if another project shares it; "
    "without them the API refuses the machines after a long wait.",
    fix="write compute.googleapis.com/reservation-name as key and the reservation's name or path as value",
    references=(
        "https://github.com/GoogleCloudPlatform/cluster-toolkit/pull/4883",
        "https://github.com/AI-Hypercomputer/xpk/issues/434",
    ),
)
KEY = "compute.googleapis.com/reservation-name"  # compute v1 and container v1, ReservationAffinity.key


@RULE.resource(*COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in COMPUTE:
        machine_in(subject)
        affinity = subject.block("reservationAffinity")
        if affinity.text("type") != "SPECIFIC_RESERVATION":
            raise NotApplicable
        yield from _named(affinity.block("specificReservation"))
        return
    bound = [
        affinity
        for pool, _ in pools(subject)
        if (affinity := pool.block("nodeConfig").block("reservationAffinity")).text("consumeReservationType")
        == "SPECIFIC_RESERVATION"
    ]
    if not bound:
        raise NotApplicable
    for affinity in bound:
        yield from each(_named, affinity)


def _named(affinity: Block) -> Iterator[Said]:
    key, values = affinity.text("key"), affinity.get("values")
    if key != KEY:
        yield fail(
            affinity, f"the key of the reservation is `{key}`" if key else "the reservation has no key", at="key"
        )
    if not affinity.has("values") or values == [] or values == [""]:
        yield fail(affinity, "no reservation is named", at="values")
