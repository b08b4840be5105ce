"""Machines that use a reservation made in a placement group are launched in that group."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, PLACEMENT_GROUP, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..world import Outside, Subject
from ._blocks import name_of, unsure_reservation

RULE = Rule(
    title="machines are launched in the placement group of their capacity reservation",
    level="mandatory",
    why="A reservation that was made in a placement group serves machines of that group alone: any other launch fails "
    "with InsufficientInstanceCapacity while the reservation is paid for.",
    fix="launch the machines in the reservation's placement group",
    references=(
        "https://github.com/aws/aws-parallelcluster/pull/3776",
        "https://github.com/aws/aws-parallelcluster/pull/3786",
    ),
)
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    placed = [
        (launch, reservation)
        for launch in launches_of(subject)
        for reservation in launch.reservations()
        if isinstance(reservation, Subject) and reservation.has("placementGroupArn")
    ]
    unsure = unsure_reservation(subject)
    if not placed and not unsure:
        raise NotApplicable
    if unsure:
        yield cannot_decide(subject, unsure)
    for launch, reservation in placed:
        yield from each(_together, launch, reservation)


def _together(launch: Launch, reservation: Subject) -> Iterator[Said]:
    has = reservation.world.meant(reservation, "placementGroupArn", PLACEMENT_GROUP)
    asks = launch.placement_group()
    assert has is not None
    if asks is None:
        return  # a reservation that is named places its machines itself: aws/aws-parallelcluster pull 7252
    if _differ(asks, has):
        yield fail(
            launch.own,
            f"{reservation.name} is in placement group {_name(has)}, and its machines are to be in {_name(asks)}",
        )


def _differ(asks: Subject | Outside, has: Subject | Outside) -> bool:
    """Two groups that this program makes are two, whatever their names will be."""
    if isinstance(asks, Subject) and isinstance(has, Subject) and asks.resource.kind == has.resource.kind == "custom":
        return asks.urn != has.urn
    return asks != has and _id(asks) != _id(has)


def _id(group: Subject | Outside) -> str:
    """What EC2 calls it: a resource's own name is not that of its group. Raises Undecided."""
    found = group.text("name") if isinstance(group, Subject) else _name(group)
    if not found or found.startswith("pg-"):
        raise Undecided(f"the name of placement group {name_of(group)}")
    return found


def _name(group: Subject | Outside) -> str:
    """arn:aws:ec2:us-east-2:111122223333:placement-group/fabric is called fabric."""
    return name_of(group).rpartition("/")[2]
