"""Machines are launched in zones that have them."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import Machine, machine_regions

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..subnets import by_id, zone_of
from ..world import Outside, Subject, Unsure

RULE = Rule(
    title="machines are launched in zones that offer them",
    level="mandatory",
    why="EC2 answers such a launch with a lack of capacity, as if waiting would help: the zone does not have the "
    "machine at all.",
    fix="choose a subnet in a zone that offers the machine; if one is new, add it to catalog.local/machine_regions.csv",
    references=("https://github.com/awslabs/awsome-distributed-ai/issues/204",),
)
OTHER_PARTITIONS = ("us-gov-", "cn-", "us-iso")  # of which the catalogue knows nothing


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    asked = [
        (launch, machine)
        for launch in launches_of(subject)
        # what is reserved was sold where it is, also where the offerings leave the machine out
        if not launch.reservations() and launch.market() != "capacity-block"
        for machine in launch.machines()
        if not machine.in_ultraserver
    ]
    if not asked:
        raise NotApplicable
    for launch, machine in asked:
        yield from each(_offered, launch, machine)


def _offered(launch: Launch, machine: Machine) -> Iterator[Said]:
    rows = machine_regions(machine.name)
    if _all_known(launch, {zone for row in rows.values() for zone in (*row.availability_zone_ids, *row.local_zones)}):
        return
    region = launch.subject.target("region")
    if not rows or region.startswith(OTHER_PARTITIONS):
        raise Undecided(f"where {machine.name} is offered in {region}", launch.subject)
    as_of = max(row.as_of for row in rows.values())
    if region not in rows:
        yield fail(launch.subject, f"{machine.name} was not offered in {region} on {as_of}, but in {', '.join(rows)}")
        return
    for subnet in launch.subnets():
        yield from each(_in_zone, launch, machine, region, subnet)


def _all_known(launch: Launch, offered: set[str]) -> bool:
    """Ids of zones say their region too."""
    try:
        zones = {zone_of(launch.subject.world, subnet) for subnet in launch.subnets()}
    except Undecided:
        return False
    return bool(zones) and zones <= offered


def _in_zone(launch: Launch, machine: Machine, region: str, subnet: Subject | Outside | Unsure) -> Iterator[Said]:
    row = machine_regions(machine.name)[region]
    zone = zone_of(launch.subject.world, subnet)
    if zone in row.availability_zone_ids or zone in row.local_zones:
        return
    if not by_id(zone):
        raise Undecided(f"the id of zone {zone}, whose letter differs by account", launch.subject)
    offered = ", ".join((*row.availability_zone_ids, *row.local_zones))
    yield fail(launch.subject, f"{machine.name} was not offered in {zone} on {row.as_of}, but in {offered}")
