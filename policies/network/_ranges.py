"""Which address ranges has a network?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..rule import Undecided
from ..subnets import SUBNET, VPC
from ..world import Block, Outside, Subject, World

MORE = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
NETWORK = "gcp:compute/network:Network"
Range = tuple[Block, str, IPv4Network]  # and where it is written


def range_of(block: Block, name: str) -> IPv4Network | None:
    """None where nothing is given: somebody else chooses it. Raises Undecided."""
    text = block.text(name)
    if not text:
        return None
    try:
        found = _parsed(text)
    except ValueError:
        raise Undecided(f"a range of addresses as `{block.at(name)}` of {block.subject.name}", block, name) from None
    return found if isinstance(found, IPv4Network) else None


@cache
def _parsed(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def ranges_of(subnet: Subject) -> Iterator[Range]:
    """Where each range of a subnet is written, and the range. Raises Undecided."""
    name = "cidrBlock" if subnet.type == SUBNET else "ipCidrRange"
    written: list[tuple[Block, str]] = [(subnet, name)]
    if subnet.type == SUBNETWORK:
        written += [(one, "ipCidrRange") for one in subnet.blocks("secondaryIpRanges")]
    for block, at in written:
        if (found := range_of(block, at)) is not None:
            yield block, at, found


def network_of(subnet: Subject) -> Subject | Outside | None:
    """Raises Undecided."""
    name, token = ("vpcId", VPC) if subnet.type == SUBNET else ("network", NETWORK)
    return subnet.world.meant(subnet, name, token)


def without_network(world: World) -> Sequence[Undecided]:
    """Why nobody can tell which network some subnets are in."""
    found: list[Undecided] = []
    for subnet in world.of_type(SUBNET, SUBNETWORK):
        try:
            network_of(subnet)
        except Undecided as e:
            found.append(e)
    return found


def by_network(world: World) -> tuple[Mapping[Subject | Outside, list[Subject]], Mapping[str, int]]:
    """The subnets of each network, in the graph's order, and the place of each among them."""
    found: dict[Subject | Outside, list[Subject]] = {}
    places: dict[str, int] = {}
    for subnet in world.of_type(SUBNET, SUBNETWORK):
        try:
            network = network_of(subnet)
        except Undecided:
            continue
        if network is not None:
            them = found.setdefault(network, [])
            places[subnet.urn] = len(them)
            them.append(subnet)
    return found, places


def vpc_ranges(vpc: Subject) -> list[IPv4Network]:
    """All ranges of a VPC that this program makes. Raises Undecided where one is not known."""
    more = vpc.world.pointing_at(vpc, MORE, "vpcId")
    found = [range_of(one, "cidrBlock") for one in (vpc, *more.sure)]
    if more.unsure:
        raise Undecided(f"the VPC that {more.unsure[0].name} is for", more.unsure[0], "vpcId")
    if any(one is None for one in found):
        raise Undecided(f"the ranges of {vpc.name}, which IPAM chooses", vpc, "cidrBlock")
    return [one for one in found if one is not None]
