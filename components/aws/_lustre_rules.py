"""Which security group rules does a Lustre file system need? Both ways, among its servers and with each client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pulumi
import pulumi_aws as aws

from ..component import Component


class Traffic(NamedTuple):
    """What a rule lets through; no ports means all of them."""

    name: str
    protocol: str
    from_port: int | None = None
    to_port: int | None = None


# FSx for Lustre User Guide, limit-access-security-groups: both ports, both ways, among servers and with clients
LUSTRE = (Traffic("988", "tcp", 988, 988), Traffic("1018", "tcp", 1018, 1023))
# The same page: EFA needs all traffic to groups named by id; with a CIDR rule it falls back to TCP in silence
EFA = (Traffic("all", "-1"),)


def lustre_rules(
    owner: Component, group: pulumi.Input[str], clients: Mapping[str, pulumi.Input[str]], efa: bool
) -> list[pulumi.Resource]:
    """Standalone rules in the group of the servers and, since a client's own group may let nothing out, in theirs."""
    made = []
    for traffic in EFA if efa else LUSTRE:
        made += _both_ways(owner, "self", traffic, group, group)
        for name, client in clients.items():
            made += _both_ways(owner, f"client-{name}-servers", traffic, group, client)
            made += _both_ways(owner, f"client-{name}-clients", traffic, client, group)
    return made


def _both_ways(
    owner: Component, role: str, traffic: Traffic, group: pulumi.Input[str], peer: pulumi.Input[str]
) -> list[pulumi.Resource]:
    """In and out rules of a group, naming its peer by id."""
    return [
        rule(
            owner.child(f"{role}-{way}-{traffic.name}"),
            security_group_id=group,
            referenced_security_group_id=peer,
            ip_protocol=traffic.protocol,
            from_port=traffic.from_port,
            to_port=traffic.to_port,
            opts=owner.below(),
        )
        for way, rule in (("in", aws.vpc.SecurityGroupIngressRule), ("out", aws.vpc.SecurityGroupEgressRule))
    ]
