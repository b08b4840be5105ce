"""A network gives machines with many cards a place, a way out, and addresses that never move."""

from __future__ import annotations

import itertools
from ipaddress import ip_network
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.aws.network import Network, NetworkArgs
from components.component import Component
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

ZONE = {"cidr": "10.20.0.0/16", "availability_zone_ids": ["use2-az3"]}
ZONES = {"cidr": "10.20.0.0/16", "availability_zone_ids": ["use2-az3", "use2-az1"]}


def test_the_smallest_one_has_a_way_out_and_records_its_connections() -> None:
    made = make(Network, "net", **ZONE)
    assert made.roles == {
        "vpc",
        "default-security-group",
        "internet-gateway",
        "public-subnet-use2-az3",
        "public-routes",
        "public-route",
        "public-association-use2-az3",
        "nat-address-use2-az3",
        "nat-gateway-use2-az3",
        "private-subnet-use2-az3",
        "private-routes-use2-az3",
        "private-route-use2-az3",
        "private-association-use2-az3",
        "s3-endpoint",
        "flow-log",
        "flow-log-group",
        "flow-log-role",
        "flow-log-policy",
    }
    assert made["vpc"].type == "aws:ec2/vpc:Vpc"
    assert made["vpc"].inputs["enableDnsHostnames"] is made["vpc"].inputs["enableDnsSupport"] is True


def test_nothing_leads_out_where_nothing_is_wanted() -> None:
    made = make(Network, "net", **ZONES, nat="none", s3_endpoint=False, flow_logs={"enabled": False})
    per_zone = {
        f"private-{part}-{zone}" for part in ("subnet", "routes", "association") for zone in ("use2-az1", "use2-az3")
    }
    assert made.roles == {"vpc", "default-security-group"} | per_zone
    assert made.outputs["public_subnet_ids"] == made.outputs["nat_public_ips"] == []
    assert "s3_prefix_list_id" not in made.outputs


def test_no_subnet_gives_out_public_addresses() -> None:
    made = make(Network, "net", **ZONES)
    subnets = [r for r in made.graph.resources if r.type == "aws:ec2/subnet:Subnet"]
    assert [subnet.inputs["mapPublicIpOnLaunch"] for subnet in subnets] == [False] * 4


def places(*zones: str, cidr: str = "10.20.0.0/16") -> dict[str, str]:
    args = NetworkArgs(cidr=cidr, availability_zone_ids=list(zones))
    return {f"{kind} {zone}": place for kind in ("private", "public") for zone, place in args.subnets(kind).items()}  # type: ignore[arg-type]


def test_a_zone_has_one_place_whoever_its_neighbours_are() -> None:
    alone = places("use2-az3")
    assert alone == {"private use2-az3": "10.20.96.0/19", "public use2-az3": "10.20.12.0/22"}
    for zones in itertools.permutations(["use2-az1", "use2-az2", "use2-az3"]):
        assert alone.items() <= places(*zones).items()


@pytest.mark.parametrize("prefix", range(16, 23))
def test_the_places_of_all_zones_are_apart_and_inside(prefix: int) -> None:
    whole = ip_network(f"10.32.0.0/{prefix}")
    nets = [ip_network(one) for one in places(*[f"use1-az{n}" for n in range(1, 8)], cidr=str(whole)).values()]
    assert all(net.subnet_of(whole) for net in nets)  # type: ignore[arg-type]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(nets, 2))
    assert sum(net.num_addresses for net in nets) == whole.num_addresses * 63 // 64


def test_a_place_of_the_user_wins() -> None:
    made = make(Network, "net", **ZONES, private_subnet_cidrs={"use2-az3": "10.20.128.0/17"})
    assert made["private-subnet-use2-az3"].inputs["cidrBlock"] == "10.20.128.0/17"
    assert made["private-subnet-use2-az1"].inputs["cidrBlock"] == "10.20.32.0/19"


@pytest.mark.parametrize(
    ("nat", "standing"),
    [
        ({"nat": "single"}, {"use2-az3"}),
        ({"nat": "single", "nat_zone_id": "use2-az1"}, {"use2-az1"}),
        ({"nat": "per-zone"}, {"use2-az1", "use2-az3"}),
    ],
)
def test_nat_gateways_stand_where_they_are_wanted_and_every_zone_has_a_route(
    nat: dict[str, str], standing: set[str]
) -> None:
    made = make(Network, "net", **ZONES, **nat)
    assert {role for role in made.roles if role.startswith("nat-gateway-")} == {
        f"nat-gateway-{zone}" for zone in standing
    }
    assert len(made.outputs["nat_public_ips"]) == len(standing)  # type: ignore[arg-type]
    for zone in ZONES["availability_zone_ids"]:
        used = zone if zone in standing else next(iter(standing))
        assert made.waits_for(f"private-route-{zone}") == {f"private-routes-{zone}", f"nat-gateway-{used}"}


def test_adding_a_zone_or_a_gateway_changes_no_child_that_is_there() -> None:
    before, after = make(Network, "net", **ZONE), make(Network, "net", **{**ZONES, "nat": "per-zone"})
    assert before.roles < after.roles
    unchanged = before.roles - {"s3-endpoint"}  # it learns of the new route table, in place
    assert {role: before[role].inputs for role in unchanged} == {role: after[role].inputs for role in unchanged}


def test_a_private_subnet_is_ready_when_its_way_out_is() -> None:
    made = make(Network, "net", **ZONE, interface_endpoints=["ssm"])
    waits = made.waits_for("private-association-use2-az3")
    assert waits == {
        "private-subnet-use2-az3",
        "private-routes-use2-az3",
        "private-route-use2-az3",
        "s3-endpoint",
        "endpoint-ssm",
    }
    assert made.waits_for("nat-gateway-use2-az3") == {"nat-address-use2-az3", "public-subnet-use2-az3", "public-route"}


def test_who_uses_a_private_subnet_waits_for_it_and_for_its_way_out() -> None:
    def program() -> None:
        net = Network("net", NetworkArgs.model_validate(ZONE))
        aws.ec2.NetworkInterface("card", subnet_id=net.private_subnet_ids[0])

    graph = build(program)
    card = next(r for r in graph.resources if r.name == "card")
    needed = {graph.by_urn[urn].name for urn in card.property_dependencies["subnetId"]}
    assert needed == {"net-private-subnet-use2-az3", "net-private-association-use2-az3"}


def test_endpoints_speak_for_the_region_of_the_provider() -> None:
    full = "aws.sagemaker.us-east-2.studio"
    made = make(
        Network, "net", **ZONES, interface_endpoints=["ecr.api", full], interface_endpoint_zone_ids=["use2-az1"]
    )
    assert made["s3-endpoint"].inputs["serviceName"] == "com.amazonaws.us-east-2.s3"
    assert made["s3-endpoint"].inputs["vpcEndpointType"] == "Gateway"
    assert len(made["s3-endpoint"].inputs["routeTableIds"]) == 3  # type: ignore[arg-type]
    api = made["endpoint-ecr.api"].inputs
    assert (api["serviceName"], api["vpcEndpointType"]) == ("com.amazonaws.us-east-2.ecr.api", "Interface")
    assert (api["privateDnsEnabled"], api["subnetIds"]) == (True, [UNKNOWN])
    assert "private-subnet-use2-az1" in made.waits_for("endpoint-ecr.api")
    assert made[f"endpoint-{full}"].inputs["serviceName"] == full
    https = made["endpoint-https"].inputs
    assert [https[key] for key in ("ipProtocol", "fromPort", "toPort", "cidrIpv4")] == ["tcp", 443, 443, "10.20.0.0/16"]


def test_the_region_is_asked_for_where_the_program_made_no_provider() -> None:
    graph = build(lambda: Network("net", NetworkArgs.model_validate(ZONE)) and None)
    endpoint = next(r for r in graph.resources if r.name == "net-s3-endpoint")
    assert endpoint.inputs["serviceName"] == UNKNOWN


def test_flow_logs_are_kept_as_long_as_wanted() -> None:
    wanted = {
        "retention_days": 365,
        "traffic": "REJECT",
        "aggregation_seconds": 60,
        "kms_key_arn": "arn:aws:kms:us-east-2:111122223333:key/1",
    }
    made = make(Network, "net", **ZONE, flow_logs=wanted)
    assert made["flow-log-group"].inputs["retentionInDays"] == 365
    assert made["flow-log-group"].inputs["kmsKeyId"] == wanted["kms_key_arn"]
    log = made["flow-log"].inputs
    assert [log[key] for key in ("trafficType", "maxAggregationInterval", "logDestinationType")] == [
        "REJECT",
        60,
        "cloud-watch-logs",
    ]
    assert made.waits_for("flow-log") == {"vpc", "flow-log-group", "flow-log-role", "flow-log-policy"}


def test_everything_that_takes_tags_has_them_and_a_name() -> None:
    made = make(Network, "net", **ZONE, interface_endpoints=["ssm"], tags={"cost-center": "ml"})
    untagged = {
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:iam/rolePolicy:RolePolicy",
    }
    children = [made[role] for role in made.roles]
    assert {r.type for r in children if "tags" not in r.inputs} == untagged
    for r in children:
        if "tags" in r.inputs:
            assert r.inputs["tags"] == {"cost-center": "ml", "Name": r.name}


def test_a_name_tag_of_the_user_wins() -> None:
    made = make(Network, "net", **ZONE, tags={"Name": "mine"})
    assert made["vpc"].inputs["tags"] == {"Name": "mine"}


def test_the_default_security_group_stays_as_it_is_if_wanted() -> None:
    assert "default-security-group" not in make(Network, "net", **ZONE, lock_default_security_group=False).roles


def test_outputs() -> None:
    made = make(Network, "net", **ZONES, interface_endpoints=["ssm"])
    assert list(made.outputs) and set(made.outputs) == set(Network.declared_outputs())
    assert made.outputs["availability_zone_ids"] == ["use2-az3", "use2-az1"]
    assert made.outputs["cidr"] == "10.20.0.0/16"
    assert made.outputs["private_subnet_ids_by_zone"] == {"use2-az1": UNKNOWN, "use2-az3": UNKNOWN}
    assert made.outputs["private_subnet_ids"] == [UNKNOWN, UNKNOWN]


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"interface_endpoints": ["ssm", "com.amazonaws.us-east-2.ssm"]},
        "interface_endpoints: ssm is there with its short and its full name; fix: remove one",
    ),
    ({"cidr": "10.20.0.0"}, "cidr: that is no range of IPv4 addresses; fix: write it like 10.20.0.0/16"),
    ({"cidr": "10.20.0.0/255.255.0.0"}, "cidr: that is no range of IPv4 addresses; fix: write it like 10.20.0.0/16"),
    ({"cidr": "10.20.0.256/16"}, "cidr: that is no range of IPv4 addresses; fix: write it like 10.20.0.0/16"),
    (
        {"cidr": "10.20.0.1/16"},
        "cidr: the address has bits set to the right of its prefix length; fix: use '10.20.0.0/16'",
    ),
    ({"cidr": "10.0.0.0/8"}, "cidr: AWS takes networks and subnets from /16 to /28 only"),
    (
        {"availability_zone_ids": ["use2-az3", "use2-az3"]},
        "availability_zone_ids: use2-az3 is listed twice; fix: remove one",
    ),
    (
        {"availability_zone_ids": ["us-east-2a"]},
        "availability_zone_ids.0: a zone's name means another place in each account; "
        "fix: write the zone's id, like use2-az3",
    ),
    ({"nat_zone_id": "use2-az1"}, "nat_zone_id: use2-az1 is not in availability_zone_ids; fix: use one of use2-az3"),
    ({"nat": "none", "nat_zone_id": "use2-az3"}, "takes nat_zone_id with nat: single only; fix: remove nat_zone_id"),
    (
        {"public_subnets": False},
        "needs public subnets for its NAT gateways; fix: remove public_subnets, or write nat: none",
    ),
    (
        {"nat": "none", "public_subnet_cidrs": {"use2-az3": "10.20.0.0/24"}},
        "has no public subnets for public_subnet_cidrs; fix: add public_subnets: true",
    ),
    (
        {"private_subnet_cidrs": {"use2-az1": "10.20.0.0/24"}},
        "private_subnet_cidrs: use2-az1 is not in availability_zone_ids; fix: use one of use2-az3",
    ),
    (
        {"private_subnet_cidrs": {"use2-az3": "10.21.0.0/24"}},
        "the private subnet of use2-az3 (10.21.0.0/24) lies outside of 10.20.0.0/16; fix: choose a range inside",
    ),
    (
        {"private_subnet_cidrs": {"use2-az3": "10.20.0.0/17"}},
        "the private subnet of use2-az3 (10.20.0.0/17) and the public subnet of use2-az3 (10.20.12.0/22) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (
        {"availability_zone_ids": ["usw2-lax1-az1"]},
        "has no fixed place for a private subnet of usw2-lax1-az1 in 10.20.0.0/16; "
        "fix: give its range in private_subnet_cidrs",
    ),
    (
        {"cidr": "10.20.0.0/24"},
        "has no fixed place for a public subnet of use2-az3 in 10.20.0.0/24; "
        "fix: give its range in public_subnet_cidrs",
    ),
    ({"interface_endpoints": ["ssm", "ssm"]}, "interface_endpoints: ssm is listed twice; fix: remove one"),
    (
        {"interface_endpoint_zone_ids": ["use2-az1"]},
        "interface_endpoint_zone_ids: use2-az1 is not in availability_zone_ids; fix: use one of use2-az3",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(NetworkArgs, {**ZONE, **given}) == [said]


def test_a_child_whose_role_is_not_declared_is_our_own_mistake() -> None:
    class Wrong(Component):
        token, cloud, Args, roles = "ultrastack:aws:Wrong", "aws", NetworkArgs, {}

        def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None):
            super().__init__(name, args, opts)
            with pytest.raises(AssertionError, match="Wrong declares no child role 'vpc'"):
                self.child("vpc")
            self.finish()

    assert make(Wrong, "wrong", **ZONE).roles == set()


def test_all_roles_are_used_and_declared() -> None:
    made = make(Network, "net", **ZONE, interface_endpoints=["ssm"])
    patterns = {role.rpartition("*")[0] or role for role in Network.roles}
    assert all(any(role.startswith(pattern) for role in made.roles) for pattern in patterns)
