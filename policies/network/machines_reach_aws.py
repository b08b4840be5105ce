"""Accelerated machines have a way to AWS's services."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, each, fail
from ..subnets import leads_elsewhere, route_of, table_of, vpc_of
from ..world import Outside, Subject, Unsure
from ._endpoints import has_interface_endpoints

RULE = Rule(
    title="accelerated machines have a way to AWS's services",
    level="mandatory",
    why="Without a route and without endpoints a machine joins no cluster, writes no logs and cannot be reached: it "
    "runs, is paid for, and does nothing.",
    fix="use a subnet behind a NAT gateway, or give the VPC interface endpoints",
    references=(
        "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3533",
        "https://github.com/aws/aws-parallelcluster/pull/7457",
    ),
)
EIP, EIP_ASSOCIATION = "aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"
OF_MACHINE = ((EIP, "instance"), (EIP_ASSOCIATION, "instanceId"))
OF_INTERFACE = ((EIP, "networkInterface"), (EIP_ASSOCIATION, "networkInterfaceId"))


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    found = [launch for launch in launches_of(subject) if launch.machines()]
    if not found:
        raise NotApplicable
    for launch in found:
        subnets = launch.subnets()
        unsure = [subnet for subnet in subnets if isinstance(subnet, Unsure)]
        for subnet in (*(one for one in subnets if not isinstance(one, Unsure)), *unsure[:1]):
            yield from each(_reaches, launch, subnet)


def _reaches(launch: Launch, subnet: Subject | Outside | Unsure) -> Iterator[Said]:
    world = launch.subject.world
    route = route_of(world, subnet)
    if route == "nat" or (route == "internet" and _has_address(launch, subnet)):
        return
    if has_interface_endpoints(world, vpc_of(world, subnet)):
        return
    name = subnet.name if isinstance(subnet, Subject) else getattr(subnet, "id", "")
    if route == "none" and isinstance(subnet, Subject) and _leads_elsewhere(subnet):
        return  # to a network that has the endpoints for all
    if route == "none":
        yield fail(launch.own, f"{name} has no default route, and its VPC has no interface endpoint")
    else:
        yield fail(
            launch.own,
            f"{name} leads to an internet gateway, its machines have no public address, and its VPC has no interface "
            "endpoint",
        )


def _leads_elsewhere(subnet: Subject) -> bool:
    table = table_of(subnet.world, subnet)
    return table is not None and leads_elsewhere(subnet.world, table)


def _has_address(launch: Launch, subnet: Subject | Outside | Unsure) -> bool:
    """Or is spoken of elsewhere: with several interfaces none can be given at launch."""
    interfaces = launch.interfaces()
    made = [one for one in map(launch.settings, interfaces) if isinstance(one, Subject)]
    if (
        len(interfaces) > 1
        or _is_named(launch.subject, OF_MACHINE)
        or any(_is_named(one, OF_INTERFACE) for one in made)
    ):
        return True
    for block in (*interfaces, launch.own):
        if block.has("associatePublicIpAddress"):
            return block.flag("associatePublicIpAddress")
    return not isinstance(subnet, Subject) or subnet.flag("mapPublicIpOnLaunch", "default" in subnet.type)


def _is_named(target: Subject, by: tuple[tuple[str, str], ...]) -> bool:
    """Perhaps is yes."""
    found = [target.world.pointing_at(target, token, name) for token, name in by]
    return any(one.sure or one.unsure for one in found)
