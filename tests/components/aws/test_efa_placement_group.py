"""EFA machines reach themselves in both directions, AWS over HTTPS, and nobody else unless asked."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.aws.efa_placement_group import EfaPlacementGroup, EfaPlacementGroupArgs
from tests.components.arguments import complaints
from tests.components.offline import Made, build, make
from ultrastack.model.graph import UNKNOWN, Resource

VPC: dict[str, Any] = {"vpc_id": "vpc-0a1b2c3d4e5f60718"}
IN, OUT = (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Ingress", "Egress"))


def rule(resource: Resource) -> dict[str, Any]:
    return {key: value for key, value in resource.inputs.items() if key != "tags"}


def groups(made: Made, role: str, key: str) -> set[str]:
    """Roles of the children that a rule's property comes from."""
    return {made.graph.by_urn[urn].name.removeprefix("fabric-") for urn in made[role].property_dependencies[key]}


def test_the_smallest_one() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC)
    assert made.roles == {"placement-group", "security-group", "self-in", "self-out", "https-out"}
    assert made["placement-group"].inputs["strategy"] == "cluster"
    assert made["security-group"].inputs["vpcId"] == VPC["vpc_id"]
    assert {"ingress", "egress", "name"}.isdisjoint(made["security-group"].inputs)


@pytest.mark.parametrize(("role", "kind"), [("self-in", IN), ("self-out", OUT)])
def test_all_traffic_to_and_from_the_group_itself_named_by_its_id(role: str, kind: str) -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC)
    assert made[role].type == kind
    assert rule(made[role]) == {"ipProtocol": "-1", "securityGroupId": UNKNOWN, "referencedSecurityGroupId": UNKNOWN}
    assert groups(made, role, "securityGroupId") == {"security-group"}
    assert groups(made, role, "referencedSecurityGroupId") == {"security-group"}


HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "securityGroupId": UNKNOWN}
EGRESS: list[tuple[dict[str, Any], dict[str, dict[str, Any]]]] = [
    ({}, {"https-out": {**HTTPS, "cidrIpv4": "0.0.0.0/0"}}),
    ({"egress": "none"}, {}),
    ({"egress": "all"}, {"all-out": {"ipProtocol": "-1", "securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}}),
    (
        {
            "https_to": {
                "s3": {"prefix_list_id": "pl-1"},
                "endpoints": {"security_group_id": "sg-1"},
                "office": {"cidr": "192.0.2.0/24"},
            }
        },
        {
            "https-out-s3": {**HTTPS, "prefixListId": "pl-1"},
            "https-out-endpoints": {**HTTPS, "referencedSecurityGroupId": "sg-1"},
            "https-out-office": {**HTTPS, "cidrIpv4": "192.0.2.0/24"},
        },
    ),
]


@pytest.mark.parametrize(("given", "rules"), EGRESS, ids=["anywhere", "none", "all", "named"])
def test_ways_out(given: dict[str, Any], rules: dict[str, dict[str, Any]]) -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, **given)
    out = {r.name.removeprefix("fabric-"): rule(r) for r in made.graph.resources if r.type == OUT}
    del out["self-out"]
    assert out == rules


def test_nobody_comes_in_unless_asked() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC)
    assert [r.name for r in made.graph.resources if r.type == IN] == ["fabric-self-in"]


def test_access_is_to_the_ports_and_from_the_place_that_was_asked_for() -> None:
    access = {
        "ssh": {"port": 22, "security_group_id": "sg-bastion"},
        "metrics": {"port": 9100, "to_port": 9110, "cidr": "10.0.0.0/8", "protocol": "udp"},
    }
    made = make(EfaPlacementGroup, "fabric", **VPC, access=access)
    inner = {"securityGroupId": UNKNOWN}
    ssh = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "referencedSecurityGroupId": "sg-bastion"}
    assert rule(made["access-ssh"]) == {**inner, **ssh}
    metrics = {"ipProtocol": "udp", "fromPort": 9100, "toPort": 9110, "cidrIpv4": "10.0.0.0/8"}
    assert rule(made["access-metrics"]) == {**inner, **metrics}


def test_a_peer_is_reached_in_both_directions_by_rules_in_both_groups() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, peers={"storage": {"security_group_id": "sg-peer"}})
    ours = {"ipProtocol": "-1", "securityGroupId": UNKNOWN, "referencedSecurityGroupId": "sg-peer"}
    theirs = {"ipProtocol": "-1", "securityGroupId": "sg-peer", "referencedSecurityGroupId": UNKNOWN}
    assert rule(made["peer-in-storage"]) == rule(made["peer-out-storage"]) == ours
    assert rule(made["peer-back-in-storage"]) == rule(made["peer-back-out-storage"]) == theirs
    kinds = {role: made[role].type for role in made.roles if role.startswith("peer-")}
    assert kinds == {role: IN if "-in-" in role else OUT for role in kinds}


def test_the_rules_of_a_peer_may_be_somebody_elses() -> None:
    peers = {"storage": {"security_group_id": "sg-peer", "both_groups": False}}
    made = make(EfaPlacementGroup, "fabric", **VPC, peers=peers)
    assert {role for role in made.roles if role.startswith("peer-")} == {"peer-in-storage", "peer-out-storage"}


def test_taking_a_rule_away_leaves_the_others_alone() -> None:
    two = {"one": {"security_group_id": "sg-1"}, "two": {"security_group_id": "sg-2"}}
    before = make(EfaPlacementGroup, "fabric", **VPC, peers=two)
    after = make(EfaPlacementGroup, "fabric", **VPC, peers={"two": two["two"]})
    assert before.roles - after.roles == {f"peer-{way}-one" for way in ("in", "out", "back-in", "back-out")}
    assert {role: rule(after[role]) for role in after.roles} == {role: rule(before[role]) for role in after.roles}


def test_without_a_placement_group_its_outputs_are_absent() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, placement_group=False)
    assert "placement-group" not in made.roles
    assert set(made.outputs) == {"security_group_id", "security_group_arn"}


def test_an_existing_placement_group_is_used_as_it_is() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, existing_placement_group="reserved")
    assert "placement-group" not in made.roles
    assert made.outputs["placement_group_name"] == "reserved"
    assert made.outputs["placement_group_arn"] == UNKNOWN


def test_the_physical_name_is_that_of_both_groups() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, physical_name="training")
    assert made["placement-group"].inputs["name"] == made["security-group"].inputs["name"] == "training"


def test_who_uses_the_group_waits_for_its_rules() -> None:
    def program() -> None:
        fabric = EfaPlacementGroup("fabric", EfaPlacementGroupArgs.model_validate(VPC))
        aws.ec2.NetworkInterface("card", subnet_id="subnet-1", security_groups=[fabric.security_group_id])

    graph = build(program)
    card = next(r for r in graph.resources if r.name == "card")
    needed = {graph.by_urn[urn].name for urn in card.property_dependencies["securityGroups"]}
    assert needed == {"fabric-security-group", "fabric-self-in", "fabric-self-out", "fabric-https-out"}


def test_everything_has_the_cost_tags() -> None:
    made = make(EfaPlacementGroup, "fabric", **VPC, tags={"team": "ml"}, peers={"x": {"security_group_id": "sg-1"}})
    for role in made.roles:
        assert made[role].inputs["tags"] == {"team": "ml", "Name": f"fabric-{role}"}


NONE = "it names no other side; fix: add security_group_id, prefix_list_id or cidr"
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"placement_group": True, "existing_placement_group": "reserved"},
        "takes an existing_placement_group as it is; fix: remove placement_group",
    ),
    (
        {"egress": "all", "https_to": {"s3": {"prefix_list_id": "pl-1"}}},
        "takes https_to with egress: https only; fix: remove one of the two",
    ),
    ({"https_to": {"s3": {}}}, f"https_to.s3: {NONE}"),
    (  # EC2 answers InvalidPermission.Duplicate in the middle of an `up`
        {"https_to": {"s3": {"prefix_list_id": "pl-1"}, "all": {"prefix_list_id": "pl-1"}}},
        "has s3 and all in https_to as one and the same rule; fix: remove one",
    ),
    (
        {
            "peers": {
                "login": {"security_group_id": "sg-1"},
                "data": {"security_group_id": "sg-1", "both_groups": False},
            }
        },
        "has login and data in peers as one and the same rule; fix: remove one",
    ),
    (
        {"access": {name: {"port": 22, "cidr": "10.0.0.0/8"} for name in ("ssh", "login")}},
        "has ssh and login in access as one and the same rule; fix: remove one",
    ),
    (
        {"https_to": {"s3": {"prefix_list_id": "pl-1", "cidr": "10.0.0.0/8"}}},
        "https_to.s3: one rule has one other side; fix: make a rule for each of prefix_list_id, cidr",
    ),
    ({"access": {"ssh": {"port": 22}}}, f"access.ssh: {NONE}"),
    (
        {"access": {"ssh": {"port": 22, "to_port": 20, "cidr": "10.0.0.0/8"}}},
        "access.ssh: to_port is below port; fix: exchange them",
    ),
    (
        {"access": {"ssh": {"port": 65536, "cidr": "10.0.0.0/8"}}},
        "access.ssh.port: Input should be less than or equal to 65535",
    ),
    (
        {"access": {"SSH": {"port": 22, "cidr": "10.0.0.0/8"}}},
        "access.SSH.[key]: a rule's name has lower-case letters, digits and single hyphens; "
        "fix: write it like login-nodes",
    ),
    (
        {"access": {"ssh": {"port": 22, "cidr": "10.0.0.1/8"}}},
        "access.ssh.cidr: the address has bits set to the right of its prefix length; fix: use '10.0.0.0/8'",
    ),
    (
        {"physical_name": "sg-training"},
        "physical_name: EC2 takes letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* in a group's name, "
        "and no sg- at its beginning",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(EfaPlacementGroupArgs, {**VPC, **given}) == [said]


def test_ids_that_are_known_later_pass_the_door() -> None:
    def program() -> None:
        group = aws.ec2.SecurityGroup("other")
        args = {
            "vpc_id": group.vpc_id,
            "existing_placement_group": group.name,
            "physical_name": group.name,
            "peers": {"x": {"security_group_id": group.id}},
            "https_to": {"s3": {"prefix_list_id": group.id}},
            "access": {"ssh": {"port": group.id.apply(lambda _: 22), "to_port": 23, "cidr": group.name}},
        }
        fabric = EfaPlacementGroup("fabric", EfaPlacementGroupArgs.model_validate(args))
        pulumi.export("arn", fabric.placement_group_arn)

    assert build(program).outputs["arn"] == UNKNOWN
