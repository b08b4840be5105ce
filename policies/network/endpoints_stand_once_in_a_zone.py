"""An interface endpoint names one subnet of a zone."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..subnets import zone_of
from ..world import Subject
from ._endpoints import ENDPOINT, SUBNET_ASSOCIATION, kind, subnets_of

RULE = Rule(
    title="an interface endpoint names one subnet of each zone",
    level="mandatory",
    why="CreateVpcEndpoint refuses two subnets of one zone: DuplicateSubnetsInSameZone.",
    fix="keep one subnet of each zone",
    references=(
        "https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/451",
        "https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/583",
    ),
)


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Interface":
        raise NotApplicable
    subnets = subnets_of(endpoint)
    beside = endpoint.world.pointing_at(endpoint, SUBNET_ASSOCIATION, "vpcEndpointId")
    if len(subnets) < 2 and endpoint.knows("subnetIds") and not beside.unsure:
        return
    zones: dict[str, int] = {}
    unsure: list[Undecided] = []
    for subnet in subnets:
        try:
            zone = zone_of(endpoint.world, subnet)
            zones[zone] = zones.get(zone, 0) + 1
        except Undecided as e:
            unsure.append(e)
    twice = [zone for zone, number in zones.items() if number > 1]
    for zone in twice:
        yield fail(endpoint, f"{zones[zone]} of its subnets are in {zone}", at="subnetIds")
    if beside.unsure:
        unsure.append(Undecided(f"the endpoint that {beside.unsure[0].name} is for", beside.unsure[0], "vpcEndpointId"))
    if unsure and not twice:
        raise unsure[0]
