"""A network of somebody else stands in for ours, with facts instead of resources."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.aws.existing_network import ExistingNetwork, ExistingNetworkArgs
from components.aws.network import Network
from tests.components.arguments import complaints
from tests.components.offline import build, make

NETWORK: dict[str, Any] = {
    "vpc_id": "vpc-0a1b2c3d4e5f60718",
    "cidr": "10.0.0.0/16",
    "subnets": [
        {"id": "subnet-1", "availability_zone_id": "use2-az3", "cidr": "10.0.0.0/20", "route": "nat"},
        {"id": "subnet-2", "availability_zone_id": "use2-az3", "cidr": "10.0.16.0/20", "route": "none"},
        {"id": "subnet-3", "availability_zone_id": "use2-az1", "cidr": "10.0.32.0/20", "route": "internet"},
    ],
}


def test_it_can_stand_wherever_our_own_network_can() -> None:
    ours = {name: output.kind for name, output in Network.declared_outputs().items()}
    assert {name: output.kind for name, output in ExistingNetwork.declared_outputs().items()} == ours


def test_it_makes_nothing_and_all_is_known() -> None:
    made = make(ExistingNetwork, "net", **NETWORK)
    assert made.roles == set()
    assert made.outputs == {
        "vpc_id": "vpc-0a1b2c3d4e5f60718",
        "cidr": "10.0.0.0/16",
        "availability_zone_ids": ["use2-az3", "use2-az1"],
        "private_subnet_ids": ["subnet-1", "subnet-2"],
        "private_subnet_ids_by_zone": {"use2-az3": "subnet-1"},
        "public_subnet_ids": ["subnet-3"],
        "public_subnet_ids_by_zone": {"use2-az1": "subnet-3"},
        "private_route_table_ids": [],
        "public_route_table_ids": [],
        "nat_public_ips": [],
    }


def test_the_facts_stay_in_the_graph_for_rules() -> None:
    assert make(ExistingNetwork, "net", **NETWORK).component.inputs["subnets"] == NETWORK["subnets"]


def test_what_is_declared_besides_is_handed_on() -> None:
    more = {
        "private_route_table_ids": ["rtb-1"],
        "public_route_table_ids": ["rtb-2"],
        "nat_public_ips": ["192.0.2.1"],
        "s3_prefix_list_id": "pl-1",
        "endpoint_security_group_id": "sg-1",
    }
    made = make(ExistingNetwork, "net", **NETWORK, **more)
    assert more.items() <= made.outputs.items()


def test_an_absent_output_is_an_argument_that_is_not_given() -> None:
    def program() -> None:
        net = ExistingNetwork("net", ExistingNetworkArgs.model_validate(NETWORK))
        assert net.s3_prefix_list_id is None
        aws.vpc.SecurityGroupEgressRule(
            "rule", security_group_id="sg-1", ip_protocol="-1", prefix_list_id=net.s3_prefix_list_id
        )

    rule = next(r for r in build(program).resources if r.name == "rule")
    assert "prefixListId" not in rule.inputs


def test_ids_may_come_from_another_stack() -> None:
    def program() -> None:
        other = aws.ec2.Vpc("other", cidr_block="10.0.0.0/16")
        first = {**NETWORK["subnets"][0], "id": other.id}
        args = {"vpc_id": other.id, "cidr": other.cidr_block, "subnets": [first, *NETWORK["subnets"][1:]]}
        net = ExistingNetwork("net", ExistingNetworkArgs.model_validate(args))
        pulumi.export("cidr", net.cidr)

    assert build(program).outputs["cidr"] == "10.0.0.0/16"


def subnet(**changes: Any) -> dict[str, Any]:
    return {"subnets": [*NETWORK["subnets"], {**NETWORK["subnets"][0], "id": "subnet-9", **changes}]}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"cidr": "10.0.0.0/15"}, "cidr: AWS takes networks and subnets from /16 to /28 only"),
    ({"subnets": []}, "subnets: List should have at least 1 item after validation, not 0"),
    (subnet(id="subnet-1", cidr="10.0.64.0/20"), "the subnet subnet-1 is listed twice; fix: remove one"),
    (
        subnet(cidr="10.0.8.0/24"),
        "subnets[0] (10.0.0.0/20) and subnets[3] (10.0.8.0/24) overlap; fix: choose ranges apart from each other",
    ),
    (subnet(cidr="10.1.0.0/20"), "subnets[3] (10.1.0.0/20) lies outside of 10.0.0.0/16; fix: choose a range inside"),
    (subnet(route="vpn", cidr=None), "subnets.3.route: Input should be 'nat', 'internet' or 'none'"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(ExistingNetworkArgs, {**NETWORK, **given}) == [said]


def test_a_subnet_may_lie_in_a_further_range() -> None:
    given = {**NETWORK, **subnet(cidr="100.64.0.0/20"), "secondary_cidrs": ["100.64.0.0/16"]}
    assert complaints(ExistingNetworkArgs, given) == []
