"""A private subnet uses the NAT gateway of its own zone."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..subnets import SUBNET, SUBNETS, default_route, is_local, same_zone, table_of, zone_of
from ..world import Subject

RULE = Rule(
    title="a private subnet has a NAT gateway in its own zone",
    level="advisory",
    why="A zone that fails takes the way out of all others with it, and each GB between zones is paid for.",
    fix="make a NAT gateway in each zone (`nat: per-zone`)",
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway",),
)
NAT = "aws:ec2/natGateway:NatGateway"


@RULE.graph(SUBNET)
def check(subnet: Subject) -> Iterator[Said]:
    world = subnet.world
    table = table_of(world, subnet)
    route = default_route(world, table) if table is not None else None
    if route is None or not route.has("natGatewayId"):
        raise NotApplicable
    gateway = world.made(route, "natGatewayId", NAT)
    if gateway is None or not gateway.has("subnetId"):
        raise NotApplicable  # a regional one is in all zones
    if is_local(zone_of(world, subnet)):
        raise NotApplicable  # most Local Zones have no NAT gateways
    stands = world.meant(gateway, "subnetId", *SUBNETS)
    if stands is not None and not same_zone(world, subnet, stands):
        yield fail(
            subnet,
            f"it is in {zone_of(world, subnet)}, and its NAT gateway {gateway.name} is in {zone_of(world, stands)}",
        )
