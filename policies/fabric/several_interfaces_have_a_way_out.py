"""Machines that cannot have a public address stand where they need none."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..subnets import route_of
from ..world import Subject, World

RULE = Rule(
    title="machines with several network interfaces are not in a subnet that needs public addresses",
    level="advisory",  # an address can be attached later, and some machines need nothing from outside
    why="Such a machine gets no public address at launch, so an internet gateway is no way out: it joins no cluster.",
    fix="use a subnet whose default route leads to a NAT gateway",
    references=(
        "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3533",
        "https://github.com/aws/aws-parallelcluster/pull/7457",
        "https://github.com/aws/karpenter-provider-aws/pull/5666",
    ),
)
ADDRESSES = {"aws:ec2/eip:Eip": "instance", "aws:ec2/eipAssociation:EipAssociation": "instanceId"}
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    found = [launch for launch in launches_of(subject) if _may_have_several(launch)]
    if not found or _has_address(subject) or subject.world.once(_has_endpoints):
        raise NotApplicable
    for launch in found:
        yield from each(_judged, subject.world, launch)


def _judged(world: World, launch: Launch) -> Iterator[Said]:
    for subnet in launch.subnets():
        if route_of(world, subnet) == "internet" and len(launch.interfaces()) > 1:
            name = subnet.name if isinstance(subnet, Subject) else getattr(subnet, "id", "")
            words = f"its {len(launch.interfaces())} interfaces rule out a public address, and {name}"
            yield fail(launch.own, f"{words} leads to an internet gateway")


def _may_have_several(launch: Launch) -> bool:
    try:
        return len(launch.interfaces()) > 1
    except Undecided:
        return True


def _has_address(subject: Subject) -> bool:
    found = [subject.world.pointing_at(subject, type, name) for type, name in ADDRESSES.items()]
    return any(one.sure or one.unsure for one in found)


def _has_endpoints(world: World) -> bool:
    """Interface endpoints, through which machines without an address reach what they may need."""
    kinds = [one.raw("vpcEndpointType") for one in world.of_type(ENDPOINT)]
    return any(kind is not None and kind not in ("Gateway", "GatewayLoadBalancer") for kind in kinds)
