"""A capacity reservation has room for all machines that are to use it."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import Launch, launches
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Outside, Subject, World
from ._blocks import sure

RULE = Rule(
    title="a capacity reservation has room for all machines that are to use it",
    level="mandatory",
    why="What does not fit is not launched, mostly hours later, when the group grows: InsufficientInstanceCapacity.",
    fix="raise `instanceCount`, or lower the largest sizes of the groups",
    references=("https://github.com/skypilot-org/skypilot/issues/5070",),
)
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"
SPECIFICATION = "capacityReservationSpecification"
ALSO_ELSEWHERE = ("capacity-reservations-first", "none")  # botocore autoscaling, CapacityReservationPreference


@RULE.graph(RESERVATION)
def check(reservation: Subject) -> Iterator[Said]:
    users, unsure = _users(reservation)
    if not users and not unsure:
        raise NotApplicable
    room = int(reservation.number("instanceCount"))
    wanted = sum(launch.most() for launch in users)
    if wanted > room:
        names = sorted({launch.subject.name for launch in users})
        several = f"{len(names)} of them" if len(names) > 3 else " and ".join(names)
        yield fail(
            reservation,
            f"{wanted} machines are to use its {room}: the most that is asked for by {several}",
            at="instanceCount",
        )
    elif unsure:
        raise unsure[0]


def _users(reservation: Subject) -> tuple[list[Launch], list[Undecided]]:
    """Those that use this one alone; one with several reservations may find its room in another.

    A group that only prefers it starts the rest on demand.
    """
    found: list[Launch] = []
    unsure: list[Undecided] = []
    for launch, named in reservation.world.once(_all):
        if isinstance(named, Undecided):
            unsure.append(named)
        elif named == [reservation]:
            try:
                if launch.block(SPECIFICATION).text("capacityReservationPreference") not in ALSO_ELSEWHERE:
                    found.append(launch)
            except Undecided as e:
                unsure.append(e)
    return found, unsure


def _all(world: World) -> list[tuple[Launch, list[Subject | Outside] | Undecided]]:
    found: list[tuple[Launch, list[Subject | Outside] | Undecided]] = []
    for launch in launches(world):
        try:
            found.append((launch, [sure(one) for one in launch.reservations()]))
        except Undecided as e:
            found.append((launch, e))
    return found
