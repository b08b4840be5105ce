"""Subnets have an address for each machine that may stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..launches import Launch, launches
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..subnets import SUBNET, SUBNETS
from ..world import Subject, World
from ._endpoints import ENDPOINT, kind, subnets_of
from ._ranges import range_of

RULE = Rule(
    title="a subnet has addresses for all machines that may stand in it",
    level="mandatory",
    why="When the group grows EC2 answers InsufficientFreeAddressesInSubnet, and a subnet's range cannot be changed.",
    fix="use a larger subnet, an EFA layout that takes fewer addresses, or lower the largest sizes",
    references=(
        "https://github.com/dstackai/dstack/issues/1804",
        "https://docs.amazonaws.cn/goto/SdkForKotlin/ec2-2016-11-15/CreateSubnet",
    ),
)
RESERVED = 5  # the first four and the last address of each subnet, CreateSubnet
NAT = "aws:ec2/natGateway:NatGateway"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
PREFIX = 16  # addresses of a prefix that is given to an interface: /28


@dataclass
class Users:
    """What takes addresses of one subnet, surely."""

    launches: list[Launch] = field(default_factory=list)
    services: int = 0  # one each, at least


@RULE.graph(SUBNET)
def check(subnet: Subject) -> Iterator[Said]:
    users, unsure = subnet.world.once(_users)
    if subnet.urn not in users or not users[subnet.urn].launches:
        if unsure:
            raise unsure[0]
        raise NotApplicable
    found = users[subnet.urn]
    given = range_of(subnet, "cidrBlock")
    if given is None:
        raise Undecided(f"the range of {subnet.name}, which is known only after `up`", subnet)
    room = given.num_addresses - RESERVED - found.services
    wanted = sum(launch.most() * _addresses(launch) for launch in found.launches)
    if wanted > room:
        names = sorted({launch.subject.name for launch in found.launches})
        by = " and ".join(names) if len(names) <= 3 else f"{len(names)} launches"
        yield fail(
            subnet,
            f"{given} has {room} addresses for machines, and {by} may take {wanted}",
            at="cidrBlock",
        )
    elif unsure:
        raise unsure[0]


def _users(world: World) -> tuple[Mapping[str, Users], list[Undecided]]:
    """Of each subnet; a group that has several subnets may stand in another one, and is left out."""
    found: dict[str, Users] = {}
    unsure: list[Undecided] = []
    for launch in launches(world):
        try:
            subnets = launch.subnets()
        except Undecided as e:
            unsure.append(e)
            continue
        if len(subnets) == 1 and isinstance(subnets[0], Subject):
            found.setdefault(subnets[0].urn, Users()).launches.append(launch)
        elif len(subnets) == 1 and hasattr(subnets[0], "needs"):
            unsure.append(Undecided(subnets[0].needs))
    for urn in _services(world):
        found.setdefault(urn, Users()).services += 1
    return found, unsure


def _services(world: World) -> Iterator[str]:
    for one in world.of_type(NAT, LUSTRE, ENDPOINT):
        try:
            if one.type == ENDPOINT:
                subnets = subnets_of(one) if kind(one) == "Interface" else []
            else:
                subnets = world.all_meant(one, "subnetId" if one.type == NAT else "subnetIds", *SUBNETS)
        except Undecided:
            continue
        yield from (subnet.urn for subnet in subnets if isinstance(subnet, Subject))


def _addresses(launch: Launch) -> int:
    """Of one machine."""
    interfaces = [launch.settings(one) for one in launch.interfaces()]
    taken = 0
    for one in interfaces:
        if one.text("interfaceType", "interface") != "efa-only":
            taken += 1 + int(one.number("ipv4AddressCount")) + PREFIX * int(one.number("ipv4PrefixCount"))
    return taken or 1
