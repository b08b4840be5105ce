"""A capacity reservation that a program makes is used by something in it."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import launches
from ..rule import Rule, Said, Undecided, fail
from ..world import Subject, World

RULE = Rule(
    title="a capacity reservation is used by something in the program",
    level="advisory",
    why="A reservation is paid for like running machines from the moment it is made, whether they run or not.",
    fix="launch into it by `capacityReservationSpecification`, share it, or remove it",
    references=("https://help.nops.io/inform/supported-recommendations/cancel-unused-capacity-reservation.md",),
)


@RULE.graph("aws:ec2/capacityReservation:CapacityReservation")
def check(reservation: Subject) -> Iterator[Said]:
    world = reservation.world
    if reservation.urn in world.once(_depended_on):
        return  # a launch, a share, a group
    is_open = reservation.text("instanceMatchCriteria", "open") != "targeted"
    if is_open and _is_taken(world, reservation.text("instanceType")):
        return
    yield fail(reservation, f"nothing in the program uses {_machines(reservation)}")


def _depended_on(world: World) -> frozenset[str]:
    return frozenset(urn for one in world.graph.resources for urn in one.dependencies)


def _is_taken(world: World, wanted: str) -> bool:
    """Machines of its type go into an open reservation by themselves, unless they say that they do not."""
    unsure = None
    for launch in launches(world):
        try:
            if wanted not in launch.instance_types() or launch.reservations():
                continue
            if launch.block("capacityReservationSpecification").text("capacityReservationPreference") != "none":
                return True
        except Undecided as e:
            unsure = e
    if unsure is not None:
        raise unsure
    return False


def _machines(reservation: Subject) -> str:
    count, kind = reservation.raw("instanceCount"), reservation.raw("instanceType")
    if isinstance(count, (int, float)) and isinstance(kind, str):
        return f"the {count:g} reserved {kind}"
    return "the reserved machines"
