"""Networks that are joined have addresses of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..subnets import VPC
from ..world import Outside, Subject
from ._ranges import NETWORK, by_network, ranges_of, vpc_ranges, without_network

RULE = Rule(
    title="networks that are peered do not overlap",
    level="mandatory",
    why="Peering is refused where both sides have the same addresses, and the range of a VPC cannot be changed later.",
    fix="give one of the networks another range",
    references=(
        "https://docs.aws.amazon.com/sdkfornet1/latest/apidocs/html/M_Amazon_EC2_AmazonEC2_CreateVpcPeeringConnection.htm",
        "https://pulumi.com/registry/packages/gcp/api-docs/compute/networkpeering",
    ),
)
AWS_PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
GCP_PEERING = "gcp:compute/networkPeering:NetworkPeering"
SIDES = {AWS_PEERING: ("vpcId", "peerVpcId", VPC), GCP_PEERING: ("network", "peerNetwork", NETWORK)}


@RULE.graph(*SIDES)
def check(peering: Subject) -> Iterator[Said]:
    mine, theirs, token = SIDES[peering.type]
    sides = [peering.world.meant(peering, name, token) for name in (mine, theirs)]
    if any(one is None for one in sides):
        raise NotApplicable
    own, others = (_ranges(one) for one in sides if one is not None)
    apart = True
    for one in own:
        for other in others:
            if one.overlaps(other):
                apart = False
                yield fail(peering, f"{one} on one side overlaps {other} on the other", at=theirs)
    unsure = peering.world.once(without_network) if peering.type == GCP_PEERING else ()
    if apart and unsure:
        raise unsure[0]


def _ranges(network: Subject | Outside) -> Sequence[IPv4Network]:
    if isinstance(network, Outside):
        raise Undecided(f"the ranges of {network.id}, which is not in this program")
    if network.type == VPC:
        return vpc_ranges(network)
    if network.flag("autoCreateSubnetworks", True):
        raise Undecided(f"the ranges of {network.name}, whose subnetworks Google makes", network)
    groups, _ = network.world.once(by_network)
    return [given for subnet in groups.get(network, ()) for _, _, given in ranges_of(subnet)]
