"""Where a subnet is, and where its default route leads, is known of what the program makes and of what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.policies.rule import Undecided
from ultrastack.policies.subnets import Meant, is_local, route_of, same_zone, vpc_of, zone_of
from ultrastack.policies.world import Outside, Unsure, World

NET: Mapping[str, Any] = {
    "vpc": {"type": "aws:ec2/vpc:Vpc", "inputs": {"cidrBlock": "10.0.0.0/16"}},
    "igw": {"type": "aws:ec2/internetGateway:InternetGateway", "inputs": {"vpcId": {"$ref": "vpc.id"}}},
    "a": {
        "type": "aws:ec2/subnet:Subnet",
        "inputs": {"vpcId": {"$ref": "vpc.id"}, "cidrBlock": "10.0.1.0/24", "availabilityZoneId": "use2-az3"},
    },
    "b": {
        "type": "aws:ec2/subnet:Subnet",
        "inputs": {"vpcId": {"$ref": "vpc.id"}, "cidrBlock": "10.0.2.0/24", "availabilityZone": "us-east-2b"},
    },
    "routes": {"type": "aws:ec2/routeTable:RouteTable", "inputs": {"vpcId": {"$ref": "vpc.id"}}},
    "joined": {
        "type": "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "inputs": {"subnetId": {"$ref": "a.id"}, "routeTableId": {"$ref": "routes.id"}},
    },
    "existing": {
        "type": "ultrastack:aws:ExistingNetwork",
        "inputs": {
            "vpc_id": "vpc-1",
            "cidr": "10.9.0.0/16",
            "subnets": [
                {"id": "subnet-1", "availability_zone_id": "use2-az3", "cidr": "10.9.1.0/24", "route": "nat"},
                {"id": "subnet-2", "availability_zone_id": "use2-az1", "route": "internet"},
            ],
        },
    },
}


def world_with(**more: Any) -> World:
    return World(graph_of({**NET, **more}, PROVIDERS))


def named(world: World, name: str) -> Meant:
    if name.startswith("subnet-"):
        return Outside(name)
    return next((s for s in world.subjects if s.name == name), Unsure(f"which subnet {name} is"))


def route_from(name: str, **more: Any) -> str:
    world = world_with(**more)
    return route_of(world, named(world, name))


def route(**inputs: Any) -> dict[str, Any]:
    given = {"routeTableId": {"$ref": "routes.id"}, "destinationCidrBlock": "0.0.0.0/0"}
    return {"type": "aws:ec2/route:Route", "inputs": {**given, **inputs}}


@pytest.mark.parametrize(("subnet", "zone"), [("a", "use2-az3"), ("b", "us-east-2b")])
def test_a_subnet_of_the_program_says_where_it_is(subnet: str, zone: str) -> None:
    world = world_with()
    assert zone_of(world, named(world, subnet)) == zone


def test_an_existing_network_says_where_its_subnets_are() -> None:
    world = world_with()
    assert zone_of(world, Outside("subnet-1")) == "use2-az3"
    assert [route_of(world, Outside(f"subnet-{n}")) for n in (1, 2)] == ["nat", "internet"]
    assert vpc_of(world, Outside("subnet-1")) == Outside("vpc-1")


def test_a_subnet_that_nobody_declares_is_not_known() -> None:
    world = world_with()
    with pytest.raises(Undecided, match="the zone of subnet-9, which is not in this program"):
        zone_of(world, Outside("subnet-9"))
    with pytest.raises(Undecided, match="which subnet c is"):
        route_of(world, named(world, "c"))


def test_a_zone_may_be_left_to_the_cloud() -> None:
    left = {"type": "aws:ec2/subnet:Subnet", "inputs": {"vpcId": {"$ref": "vpc.id"}, "cidrBlock": "10.0.3.0/24"}}
    world = world_with(c=left, d={**left, "outputs": {"availabilityZoneId": "use2-az2"}})
    with pytest.raises(Undecided, match="the zone of c"):
        zone_of(world, named(world, "c"))
    assert zone_of(world, named(world, "d")) == "use2-az2"


def test_names_and_ids_of_zones_are_not_compared() -> None:
    world = world_with()
    assert same_zone(world, named(world, "a"), Outside("subnet-1"))
    assert not same_zone(world, named(world, "a"), Outside("subnet-2"))
    assert same_zone(world, Outside("subnet-9"), Outside("subnet-9"))
    with pytest.raises(Undecided, match="whether use2-az3 and us-east-2b are one zone"):
        same_zone(world, named(world, "a"), named(world, "b"))


@pytest.mark.parametrize(
    ("inputs", "leads"),
    [
        ({"natGatewayId": "nat-1"}, "nat"),
        ({"natGatewayId": {"$unknown": True}}, "nat"),
        ({"transitGatewayId": "tgw-1"}, "nat"),
        ({"gatewayId": {"$ref": "igw.id"}}, "internet"),
        ({"gatewayId": "igw-1"}, "internet"),
        ({"gatewayId": "vgw-1"}, "nat"),
        ({"gatewayId": {"$ref": "igw.id"}, "destinationCidrBlock": "192.0.2.0/24"}, "none"),
        ({"routeTableId": "rtb-1", "natGatewayId": "nat-1"}, "none"),
        ({"routeTableId": {"$unknown": True}, "natGatewayId": "nat-1", "destinationCidrBlock": "192.0.2.0/24"}, "none"),
    ],
)
def test_a_route_says_where_it_leads(inputs: dict[str, Any], leads: str) -> None:
    world = world_with(out=route(**inputs))
    assert route_of(world, named(world, "a")) == leads


@pytest.mark.parametrize(
    ("inputs", "needs"),
    [
        ({"gatewayId": {"$unknown": True}}, "what `gatewayId` of out names"),
        ({"routeTableId": {"$unknown": True}, "natGatewayId": "nat-1"}, "which route table out is in"),
        ({"destinationCidrBlock": {"$unknown": True}, "natGatewayId": "nat-1"}, "`destinationCidrBlock` of out"),
    ],
)
def test_a_route_may_leave_it_open(inputs: dict[str, Any], needs: str) -> None:
    world = world_with(out=route(**inputs))
    with pytest.raises(Undecided, match=needs):
        route_of(world, named(world, "a"))


def test_routes_may_stand_in_their_table() -> None:
    inline = {"vpcId": {"$ref": "vpc.id"}, "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": {"$ref": "igw.id"}}]}
    world = world_with(routes={"type": "aws:ec2/routeTable:RouteTable", "inputs": inline})
    assert route_of(world, named(world, "a")) == "internet"


def test_a_subnet_without_a_table_of_its_own_has_the_main_one() -> None:
    assert route_from("b") == "none"
    to_main = route(routeTableId={"$ref": "vpc.mainRouteTableId"}, gatewayId={"$ref": "igw.id"})
    assert route_from("b", out=to_main) == "internet"
    main = {
        "type": "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "inputs": {"vpcId": {"$ref": "vpc.id"}, "routeTableId": {"$ref": "routes.id"}},
    }
    assert route_from("b", main=main, out=route(natGatewayId="nat-1")) == "nat"
    kept = {
        "type": "aws:ec2/defaultRouteTable:DefaultRouteTable",
        "inputs": {
            "defaultRouteTableId": {"$ref": "vpc.defaultRouteTableId"},
            "routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}],
        },
    }
    assert route_from("b", kept=kept) == "nat"


@pytest.mark.parametrize(("zone", "local"), [("use1-dfw2-az1", True), ("us-east-1-dfw-2a", True), ("use2-az3", False)])
def test_local_zones_are_known_by_their_names(zone: str, local: bool) -> None:
    assert is_local(zone) == local
    assert not is_local("us-east-2c")


def test_a_vpc_of_others_keeps_its_main_table_to_itself() -> None:
    theirs = {"type": "aws:ec2/subnet:Subnet", "inputs": {"vpcId": "vpc-9", "cidrBlock": "10.0.3.0/24"}}
    world = world_with(c=theirs)
    with pytest.raises(Undecided, match="the main route table of vpc-9, which is not in this program"):
        route_of(world, named(world, "c"))


def test_a_default_subnet_has_a_way_out_to_the_internet() -> None:
    world = world_with(c={"type": "aws:ec2/defaultSubnet:DefaultSubnet", "inputs": {"availabilityZone": "us-east-2a"}})
    assert route_of(world, named(world, "c")) == "internet"
    assert zone_of(world, named(world, "c")) == "us-east-2a"
