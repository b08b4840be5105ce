"""A public NAT gateway stands in a subnet that an internet gateway serves."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..subnets import DEFAULT_SUBNET, SUBNETS, default_route, route_of, table_of
from ..world import Outside, Subject

RULE = Rule(
    title="a public NAT gateway stands in a public subnet",
    level="mandatory",
    why="It has no way out itself: everything behind it waits for an answer until it times out.",
    fix="put it into a subnet whose default route leads to an internet gateway",
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway",),
)
NAT = "aws:ec2/natGateway:NatGateway"


@RULE.graph(NAT)
def check(gateway: Subject) -> Iterator[Said]:
    if gateway.text("connectivityType", "public") != "public" or not gateway.has("subnetId"):
        raise NotApplicable  # a private one, or a regional one, which has its own routes
    world = gateway.world
    subnet = world.meant(gateway, "subnetId", *SUBNETS)
    assert subnet is not None
    route = route_of(world, subnet)
    name = subnet.id if isinstance(subnet, Outside) else subnet.name
    if route == "none":
        yield fail(gateway, f"{name} has no default route", at="subnetId")
    elif route == "nat" and (isinstance(subnet, Outside) or _behind_nat(subnet)):
        yield fail(gateway, f"the default route of {name} leads to a NAT gateway", at="subnetId")


def _behind_nat(subnet: Subject) -> bool:
    """Not behind a transit gateway, which some use it for."""
    if subnet.type == DEFAULT_SUBNET:
        return False
    table = table_of(subnet.world, subnet)
    if table is None:
        raise Undecided(f"where the main route table of {subnet.name} leads", subnet)
    route = default_route(subnet.world, table)
    return route is not None and route.has("natGatewayId")
