"""Which traffic does a security group let through: three ways to write a rule, and rules that nobody can place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.policies.rule import Undecided
from ultrastack.policies.security_groups import Traffic, lets, traffic
from ultrastack.policies.world import Outside, Subject, Unsure, World

GROUP = "aws:ec2/securityGroup:SecurityGroup"
OLD = "aws:ec2/securityGroupRule:SecurityGroupRule"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
IT = {"$ref": "it.id"}


def world(group: Mapping[str, Any], **rules: Mapping[str, Any]) -> tuple[Subject, list[Traffic], list[Subject]]:
    made = World(graph_of({"it": {"type": GROUP, "inputs": {"vpcId": "vpc-1", **group}}, **rules}, PROVIDERS))
    it = next(s for s in made.subjects if s.name == "it")
    return it, *traffic(it)


def test_a_group_without_rules_lets_nothing_through() -> None:
    assert world({})[1:] == ([], [])


def test_rules_in_the_group_itself() -> None:
    peers = {"fromPort": 0, "toPort": 0, "protocol": "-1", "self": True, "securityGroups": ["sg-1"]}
    web = {"fromPort": 443, "toPort": 443, "protocol": "6", "cidrBlocks": ["0.0.0.0/0"], "ipv6CidrBlocks": ["::/0"]}
    it, found, unsure = world({"ingress": [peers], "egress": [web]})
    assert [(one.direction, one.protocol, one.from_port, one.to_port) for one in found] == [
        ("in", "-1", 0, 65535),
        ("out", "tcp", 443, 443),
    ]
    assert found[0].peers == (Outside("sg-1"), it)
    assert found[1].cidrs == ("0.0.0.0/0", "::/0")
    assert found[1].where.at("cidrBlocks") == "egress[0].cidrBlocks"
    assert unsure == []


def test_rules_beside_the_group() -> None:
    it, found, _ = world(
        {},
        old={"type": OLD, "inputs": {"type": "ingress", "protocol": "all", "self": True, "securityGroupId": IT}},
        web={"type": OUT, "inputs": {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "securityGroupId": IT}},
        new={"type": IN, "inputs": {"ipProtocol": "-1", "referencedSecurityGroupId": IT, "securityGroupId": IT}},
        s3={"type": OUT, "inputs": {"ipProtocol": "tcp", "prefixListId": "pl-1", "securityGroupId": IT}},
        other={"type": IN, "inputs": {"ipProtocol": "-1", "securityGroupId": "sg-2"}},
    )
    assert {one.where.subject.name: one.peers for one in found} == {"old": (it,), "web": (), "new": (it,), "s3": ()}
    assert [one.where.subject.name for one in lets(found, "in", "udp")] == ["new", "old"]
    assert [one.where.subject.name for one in lets(found, "out", "tcp", 443)] == ["web", "s3"]
    assert [one.prefix_lists for one in found if one.where.subject.name == "s3"] == [("pl-1",)]


@pytest.mark.parametrize(
    "ports, let",
    [((1018, 1023), True), ((1000, 2000), True), ((1018, 1022), False), ((1019, 1023), False), ((0, 65535), True)],
)
def test_a_range_has_to_be_let_through_as_a_whole(ports: tuple[int, int], let: bool) -> None:
    rule = {"protocol": "tcp", "fromPort": ports[0], "toPort": ports[1], "cidrBlocks": ["10.0.0.0/8"]}
    _, found, _ = world({"ingress": [rule]})
    assert bool(lets(found, "in", "tcp", 1018, 1023)) is let
    assert not lets(found, "out", "tcp", 1018, 1023)
    assert not lets(found, "in", "udp", 1018, 1023)
    assert bool(lets(found, "in", "tcp")) is (ports == (0, 65535))


def test_what_is_unknown_is_only_missed_by_who_asks_for_it() -> None:
    rule = {"ipProtocol": "-1", "cidrIpv4": {"$unknown": True}, "securityGroupId": IT}
    _, (found,), _ = world({}, rule={"type": IN, "inputs": rule})
    assert found.lets("in", "tcp", 22)
    assert found.peers == ()
    with pytest.raises(Undecided):
        found.cidrs  # noqa: B018


def test_a_rule_of_which_nobody_can_tell_whose_it_is() -> None:
    lost = {"type": IN, "inputs": {"ipProtocol": "-1", "securityGroupId": {"$unknown": True}}}
    _, found, unsure = world({}, lost=lost)
    assert found == []
    assert [one.name for one in unsure] == ["lost"]


def test_a_peer_that_nobody_can_tell() -> None:
    rule = {"ipProtocol": "-1", "securityGroupId": IT, "referencedSecurityGroupId": {"$unknown": True}}
    _, (found,), _ = world({}, rule={"type": IN, "inputs": rule})
    assert [type(one) for one in found.peers] == [Unsure]
