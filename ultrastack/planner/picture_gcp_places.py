"""Where in Google Cloud does something stand? Its region, its network there, its zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from ultrastack.model.picture import NodeKind
from ultrastack.policies.launches import Meant
from ultrastack.policies.tpu import _slices as tpu
from ultrastack.policies.world import Block, Outside, Subject, Unsure

from .picture_parts import NOT_OURS, Drawing, Part, known, meant, one_of, plain, short, text

GCP = "gcp"
NETWORK = "gcp:compute/network:Network"
ROUTER = "gcp:compute/router:Router"
NAT = "gcp:compute/routerNat:RouterNat"
_REGION = re.compile(r"[a-z]+-[a-z]+\d+")


def cloud_of(drawing: Drawing) -> str:
    return drawing.cloud(GCP, "Google Cloud")


def located(drawing: Drawing, location: str) -> str:
    """A zone, a region, or several of them (US)."""
    cloud = cloud_of(drawing)
    if tpu.is_zone(location):
        return drawing.zone(drawing.region(cloud, tpu.region_of(location)), location)
    return drawing.region(cloud, location if not location or _REGION.fullmatch(location) else location.upper())


def draw_networks(drawing: Drawing) -> None:
    for subnetwork in drawing.world.of_type(tpu.SUBNETWORK):
        region = plain(known(partial(subnetwork.target, "region"), ""))
        key = network_of(drawing, drawing.region(cloud_of(drawing), region), [subnetwork], [])
        cidr = text(subnetwork, "ipCidrRange")
        drawing.fact(key, f"subnetwork {cidr}" if cidr else "subnetwork")
    for network in drawing.world.of_type(NETWORK):
        if network.urn not in drawing.at:
            place = cloud_of(drawing)
            drawing.add(
                Part(drawing.key(network), place, "network", drawing.label(network), ("VPC network",), (network.urn,))
            )
    for nat in drawing.world.of_type(NAT):
        router = one_of(meant(nat, "router", ROUTER))
        network = one_of(meant(router, "network", NETWORK)) if router is not None else None
        region = plain(known(partial(nat.target, "region"), ""))
        key = f"{GCP}/{region or '?'}/{drawing.key(network)}" if network is not None else ""
        if router is not None and key in drawing.parts:
            drawing.inside |= {nat.urn: key, router.urn: key}
            drawing.fact(key, "Cloud NAT")


def network_of(drawing: Drawing, region: str, subnetworks: Sequence[Meant], networks: Sequence[Meant]) -> str:
    """The network in a region, by a subnetwork or by itself; the region where neither is known."""
    subnetwork = next((one for one in subnetworks if not isinstance(one, Unsure)), None)
    found: Sequence[Meant] = meant(subnetwork, "network", NETWORK) if isinstance(subnetwork, Subject) else networks
    network = next((one for one in found if not isinstance(one, Unsure)), None)
    if isinstance(network, Subject):
        own = (network.urn, *((subnetwork.urn,) if isinstance(subnetwork, Subject) else ()))
        key = f"{region}/{drawing.key(network)}"
        return drawing.add(Part(key, region, "network", drawing.label(network), ("VPC network",), own))
    if isinstance(subnetwork, Subject):
        key = f"{region}/{drawing.key(subnetwork)}"
        return drawing.add(Part(key, region, "network", drawing.label(subnetwork), (), (subnetwork.urn,)))
    named = subnetwork or network
    if isinstance(named, Outside) and named.id:
        label = short(named.id.rpartition("/")[2])
        kind = "subnetwork" if subnetwork is not None else "VPC network"
        return drawing.add(Part(f"{region}/{named.id}", region, "network", label, (kind, NOT_OURS)))
    return region


def place_of(drawing: Drawing, subject: Subject, zone: str, interfaces: Sequence[Block]) -> str:
    region = tpu.region_of(zone) if tpu.is_zone(zone) else plain(known(partial(subject.target, "region"), ""))
    found = drawing.region(cloud_of(drawing), region)
    subnetworks = [one for block in interfaces for one in meant(block, "subnetwork", tpu.SUBNETWORK)]
    networks = [one for block in interfaces for one in meant(block, "network", NETWORK)]
    return drawing.zone(network_of(drawing, found, subnetworks, networks), zone)


def zone_of(subject: Subject) -> str:
    return plain(known(partial(subject.target, "zone"), "")).rpartition("/")[2]


def add_part(drawing: Drawing, subject: Subject, place: str, kind: NodeKind, details: Sequence[str]) -> str:
    said = tuple(one for one in details if one)
    family = drawing.family(subject) if kind in ("slice", "machines") else ""
    part = Part(drawing.key(subject), place, kind, drawing.label(subject), said, (subject.urn,), family=family)
    return drawing.add(part)
