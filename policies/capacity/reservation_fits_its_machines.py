"""Machines are of the type, the zone and the tenancy of the reservation that they are to use."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..subnets import by_id, zone_of
from ..world import Subject, Unsure
from ._blocks import unsure_reservation

RULE = Rule(
    title="machines are of the type, zone and tenancy of their capacity reservation",
    level="mandatory",
    why="A reservation serves machines with exactly its own type, zone and tenancy: any other launch fails while the "
    "reservation is paid for.",
    fix="use the reservation's own type, zone and tenancy",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-launch.html",
        "https://github.com/aws/aws-parallelcluster/issues/4061",
    ),
)
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    pairs = [
        (launch, reservation)
        for launch in launches_of(subject)
        for reservation in launch.reservations()
        if isinstance(reservation, Subject) and reservation.type == RESERVATION
    ]
    unsure = unsure_reservation(subject)
    if not pairs and not unsure:
        raise NotApplicable
    if unsure:
        yield cannot_decide(subject, unsure)
    for launch, reservation in pairs:
        yield from each(_type, launch, reservation)
        yield from each(_zone, launch, reservation)
        yield from each(_tenancy, launch, reservation)


def _type(launch: Launch, reservation: Subject) -> Iterator[Said]:
    reserved = reservation.text("instanceType")
    of_all = {one.text("instanceType") for one in map(_only, launch.reservations()) if one is not None}
    if others := [name for name in launch.instance_types() if name != reserved and name not in of_all]:
        if any(isinstance(one, Unsure) for one in launch.reservations()):
            return  # which may reserve the others
        yield fail(launch.own, f"{reservation.name} reserves {reserved}, and its machines may be {', '.join(others)}")


def _only(reservation: object) -> Subject | None:
    return reservation if isinstance(reservation, Subject) and reservation.has("instanceType") else None


def _zone(launch: Launch, reservation: Subject) -> Iterator[Said]:
    zone = reservation.text("availabilityZone")
    zones = [zone_of(reservation.world, subnet) for subnet in launch.subnets()]
    if zone and zones and zone not in zones:
        if by_id(zone) not in map(by_id, zones):
            raise Undecided(f"whether {zone} and {zones[0]} are one zone", reservation, "availabilityZone")
        yield fail(launch.own, f"{reservation.name} is in {zone}, and its machines are in {', '.join(zones)}")


def _tenancy(launch: Launch, reservation: Subject) -> Iterator[Said]:
    asked = launch.own.text("tenancy") or launch.block("placement").text("tenancy", "default")
    if (has := reservation.text("tenancy", "default")) != asked:
        yield fail(launch.own, f"{reservation.name} has the tenancy `{has}`, and its machines `{asked}`")
