"""Where in AWS does something stand? Its region, its network, its zone, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ultrastack.policies import subnets as network
from ultrastack.policies.launches import Meant
from ultrastack.policies.world import Block, Outside, Subject

from .picture_parts import NOT_OURS, Drawing, Part, joined, known, meant, plain, short, span, text

AWS = "aws"
NAT = "aws:ec2/natGateway:NatGateway"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def region_of(drawing: Drawing, subject: Subject) -> str:
    return drawing.region(drawing.cloud(AWS, "AWS"), plain(known(lambda: subject.target("region"), "")))


def draw_networks(drawing: Drawing) -> None:
    world = drawing.world
    for vpc in world.of_type(network.VPC):
        network_of(drawing, region_of(drawing, vpc), vpc)
    for kind, words in ((NAT, "NAT gateway"), (VPC_ENDPOINT, "VPC endpoint")):
        inside: dict[str, list[str]] = {}
        for one in world.of_type(kind):
            vpc = _vpc_of(drawing, one)
            if isinstance(vpc, Subject):
                inside.setdefault(drawing.at[vpc.urn][0], []).append(one.urn)
        for key, urns in inside.items():
            drawing.inside |= dict.fromkeys(urns, key)
            drawing.fact(key, f"{len(urns)} {words}{'s' * (len(urns) != 1)}")
    ranges: dict[str, list[str]] = {}
    for subnet in world.of_type(*network.SUBNETS):
        zone, _ = place_of(drawing, subnet, [subnet])
        drawing.add(Part(zone, drawing.parts[zone].parent, "zone", drawing.parts[zone].label, own=(subnet.urn,)))
        ranges.setdefault(zone, []).append(text(subnet, "cidrBlock"))
    for zone, cidrs in ranges.items():
        said = [one for one in cidrs if one]
        if len(cidrs) == len(said) <= 2:
            drawing.fact(zone, f"subnet{'s' * (len(said) != 1)} {', '.join(sorted(said))}")
        else:
            drawing.fact(zone, f"{len(cidrs)} subnet{'s' * (len(cidrs) != 1)}")


def _vpc_of(drawing: Drawing, one: Subject) -> Subject | Outside | None:
    """Of a NAT gateway or an endpoint."""
    if one.has("vpcId"):
        return known(lambda: drawing.world.meant(one, "vpcId", network.VPC), None)
    subnet = next(iter(meant(one, "subnetId", *network.SUBNETS)), None)
    return None if subnet is None else known(lambda: network.vpc_of(drawing.world, subnet), None)


def network_of(drawing: Drawing, region: str, vpc: Subject | Outside) -> str:
    if isinstance(vpc, Outside):
        declared = (one for one in drawing.world.of_type(network.EXISTING) if one.raw("vpc_id") == vpc.id)
        existing = next(declared, None)
        label = short(existing.name) if existing is not None else short(vpc.id)
        cidr = text(existing, "cidr") if existing is not None else ""
        return drawing.add(Part(f"{region}/{vpc.id}", region, "network", label, (joined(("VPC", cidr), " "), NOT_OURS)))
    said = joined(("VPC", text(vpc, "cidrBlock")), " ")
    return drawing.add(Part(f"{region}/{drawing.key(vpc)}", region, "network", drawing.label(vpc), (said,), (vpc.urn,)))


def place_of(
    drawing: Drawing, subject: Subject, subnets: Sequence[Meant], named: Sequence[str] = ()
) -> tuple[str, str]:
    """Key of the one zone, else of what is around all, and in words which zones those are."""
    world = drawing.world
    found = [(known(partial(network.vpc_of, world, one), None), zone_of(drawing, one)) for one in subnets]
    vpcs = {vpc for vpc, _ in found if vpc is not None}
    parent = region_of(drawing, subject)
    if len(vpcs) == 1:
        parent = network_of(drawing, parent, vpcs.pop())
    zones = sorted({zone for _, zone in found} | set(named)) or [""]
    if len(zones) == 1:
        return drawing.zone(parent, zones[0]), ""
    sure = [zone for zone in zones if zone]
    return parent, f"in {span(sure)}" + " and others" * (len(sure) < len(zones))


def zone_of(drawing: Drawing, subnet: Meant) -> str:
    return plain(known(lambda: network.zone_of(drawing.world, subnet), ""))


def around(drawing: Drawing, subject: Subject, holders: Sequence[Block], name: str) -> str:
    """The network of something that stands in several zones, else its region."""
    subnets = [one for holder in holders for one in meant(holder, name, *network.SUBNETS)]
    if not subnets:
        return region_of(drawing, subject)
    place, _ = place_of(drawing, subject, subnets)
    return drawing.parts[place].parent if drawing.parts[place].kind == "zone" else place
