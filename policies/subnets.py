"""Where is a subnet, which addresses has it, and where does its default route lead?

Also of one that this program does not make, where an `aws.existing_network` step declares it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from ultrastack.model.values import Secret, Unknown

from .rule import Undecided
from .world import Block, Outside, Subject, Unsure, World

SUBNET = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
SUBNETS = (SUBNET, DEFAULT_SUBNET)
VPC = "aws:ec2/vpc:Vpc"
TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
TABLES = (TABLE, DEFAULT_TABLE)
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
ATTACHMENT = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
EXISTING = "ultrastack:aws:ExistingNetwork"
EVERYWHERE = "0.0.0.0/0"
# a route leads to one of these; what it names passes traffic on like a NAT gateway, as far as a machine can tell
PASSES_ON = (
    "natGatewayId",
    "transitGatewayId",
    "networkInterfaceId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
    "coreNetworkArn",
    "localGatewayId",
    "odbNetworkArn",
)

_LOCAL = re.compile(r"[a-z0-9]+-[a-z]{3}\d+-az\d+|[a-z]+-[a-z]+-\d+-[a-z]{3}-\d+[a-z]")

Meant = Subject | Outside | Unsure
Named = tuple[Mapping[str, Sequence[Subject]], Sequence[Subject]]


@dataclass(frozen=True)
class Declared:
    """A subnet that an existing network lists, and that network."""

    network: Subject
    subnet: Block


def zone_of(world: World, meant: Meant) -> str:
    """Its zone, by id (use2-az3) or by name (us-east-2c), as it is written."""
    if isinstance(meant, Subject):
        for name in ("availabilityZoneId", "availabilityZone"):
            if meant.has(name):
                return meant.text(name)
        return _kept(meant, "availabilityZoneId", "availabilityZone") or _lost(f"the zone of {meant.name}", meant)
    return declared(world, meant, "zone").subnet.text("availability_zone_id")


def same_zone(world: World, one: Meant, other: Meant) -> bool:
    """Raises Undecided also where one is known by its id and the other by its name: accounts name them differently."""
    if isinstance(one, Subject) and isinstance(other, Subject) and one.urn == other.urn:
        return True
    if isinstance(one, Outside) and one == other:
        return True
    first, second = zone_of(world, one), zone_of(world, other)
    return first == second if by_id(first) == by_id(second) else _lost(f"whether {first} and {second} are one zone")


def by_id(zone: str) -> bool:
    """use2-az3 is an id and the same place in every account; us-east-2c is a name."""
    return "-az" in zone


def is_local(zone: str) -> bool:
    """Whether it is a Local Zone: use1-dfw2-az1, us-east-1-dfw-2a."""
    return _LOCAL.fullmatch(zone) is not None


def vpc_of(world: World, meant: Meant) -> Subject | Outside:
    """The VPC that it is in."""
    block, name = (meant, "vpcId")
    if not isinstance(meant, Subject):
        block, name = declared(world, meant, "VPC").network, "vpc_id"
    assert isinstance(block, Subject)
    return world.meant(block, name, VPC) or _lost(f"the VPC of {block.name}", block)


def route_of(world: World, meant: Meant) -> str:
    """Where its default route (IPv4) leads: `nat` (a NAT gateway or the like), `internet` or `none`."""
    if not isinstance(meant, Subject):
        return declared(world, meant, "default route").subnet.text("route")
    table = table_of(world, meant)
    if table is None:
        return "internet" if meant.type == DEFAULT_SUBNET else _of_main_table(world, meant)
    return _leads(world, table)


def table_of(world: World, subnet: Subject) -> Subject | None:
    """The route table that the program gives it; None where it has its VPC's main one."""
    sure, unsure = world.once(_associations)
    if subnet.urn in sure:
        return world.made(sure[subnet.urn][0], "routeTableId", *TABLES)
    if unsure:
        _lost(f"which subnet {unsure[0].name} gives its route table to", unsure[0], "subnetId")
    return None


def declared(world: World, meant: Outside | Unsure, what: str) -> Declared:
    """What an existing network says of it; raises Undecided where none does."""
    if isinstance(meant, Unsure):
        raise Undecided(meant.needs)
    found = world.once(_declared).get(meant.id)
    return found or _lost(f"the {what} of {meant.id}, which is not in this program")


def _declared(world: World) -> Mapping[str, Declared]:
    found: dict[str, Declared] = {}
    for network in world.of_type(EXISTING):
        for subnet in network.blocks("subnets") if network.knows("subnets") else ():
            if isinstance(name := subnet.raw("id"), str):
                found.setdefault(name, Declared(network, subnet))
    return found


def _of_main_table(world: World, subnet: Subject) -> str:
    vpc = vpc_of(world, subnet)
    if isinstance(vpc, Outside):
        return _lost(f"the main route table of {vpc.id}, which is not in this program", subnet)
    chosen = world.pointing_at(vpc, MAIN_ASSOCIATION, "vpcId")
    if chosen.sure:
        return _leads(world, world.made(chosen.sure[0], "routeTableId", *TABLES) or vpc)
    kept = world.pointing_at(vpc, DEFAULT_TABLE, "defaultRouteTableId")
    if chosen.unsure or (kept.unsure and not kept.sure):
        return _lost(f"the main route table of {vpc.name}", subnet)
    return _leads(world, kept.sure[0] if kept.sure else vpc)


def default_route(world: World, table: Subject) -> Block | None:
    """The default route (IPv4) of a route table, or of a VPC's main one as AWS made it. Raises Undecided."""
    found, unsure = _defaults(world, table)
    for route in found:
        return route
    for needs in unsure:
        raise Undecided(needs)
    return None


def leads_elsewhere(world: World, table: Subject) -> bool:
    """Whether it has a route to other networks, though it may not be the default one; perhaps is yes."""
    sure, doubtful = world.once(_routes)
    inline = table.raw("routes") if table.type in TABLES else None
    blocks = [one for one in inline if isinstance(one, Mapping)] if isinstance(inline, (list, tuple)) else []
    known = [one.values for one in (*sure.get(table.urn, ()), *doubtful)]
    return (inline is not None and not blocks) or any(
        one.get(name) is not None for one in (*blocks, *known) for name in PASSES_ON
    )


def _leads(world: World, table: Subject) -> str:
    route = default_route(world, table)
    return "none" if route is None else _leads_to(world, route)


def _defaults(world: World, table: Subject) -> tuple[list[Block], list[str]]:
    """The default routes of a table, and what nobody can tell whether it is one."""
    found: list[Block] = []
    unsure: list[str] = []
    inline = table.raw("routes") if table.type in TABLES else None
    if isinstance(inline, (Unknown, Secret)):
        unsure.append(f"`routes` of {table.name}, known only after `up`")
    for route in table.blocks("routes") if inline and not unsure else ():
        (found if route.raw("cidrBlock") == EVERYWHERE else []).append(route)
    sure, doubtful = world.once(_routes)
    for one in sure.get(table.urn, ()):
        if one.raw("destinationCidrBlock") == EVERYWHERE:
            found.append(one)
        elif not one.knows("destinationCidrBlock"):
            unsure.append(f"`destinationCidrBlock` of {one.name}, known only after `up`")
    for one in doubtful:
        if one.raw("destinationCidrBlock") == EVERYWHERE or not one.knows("destinationCidrBlock"):
            unsure.append(f"which route table {one.name} is in, known only after `up`")
    return found, unsure


def _associations(world: World) -> Named:
    return _named(world, ASSOCIATION, "subnetId", *SUBNETS)


def _routes(world: World) -> Named:
    return _named(world, ROUTE, "routeTableId", *TABLES, VPC)


def _named(world: World, token: str, name: str, *types: str) -> Named:
    """Which resources of a type name each of these, and which of them name nobody knows what."""
    sure: dict[str, list[Subject]] = {}
    unsure: list[Subject] = []
    for one in world.of_type(token):
        for meant in world.all_meant(one, name, *types):
            if isinstance(meant, Subject):
                sure.setdefault(meant.urn, []).append(one)
            elif isinstance(meant, Unsure):
                unsure.append(one)
    return sure, unsure


def _leads_to(world: World, route: Block) -> str:
    if any(route.has(name) for name in PASSES_ON):
        return "nat"
    if route.has("carrierGatewayId"):
        return "internet"
    for token in (INTERNET_GATEWAY, ATTACHMENT, VPN_GATEWAY):
        try:
            gateway = world.meant(route, "gatewayId", token)
        except Undecided:
            continue
        if isinstance(gateway, Outside):
            return "internet" if gateway.id.startswith("igw-") else "nat"
        if gateway is not None:
            return "nat" if token == VPN_GATEWAY else "internet"
        return _lost(f"where {route.subject.name} leads", route)
    return _lost(f"what `{route.at('gatewayId')}` of {route.subject.name} names", route, "gatewayId")


def _kept(subject: Subject, *names: str) -> str:
    """What is only known of a resource that the cloud has already told about."""
    values = (subject.resource.outputs.get(name) for name in names)
    return next((one for one in values if isinstance(one, str) and one), "")


def _lost(needs: str, where: Block | None = None, at: str = "") -> NoReturn:
    raise Undecided(needs, where, at)
