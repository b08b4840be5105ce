"""Where is a subnet? Its zone by id, its range of addresses, and the fixed place of a zone in a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, ip_network
from typing import Annotated

from pydantic import AfterValidator

from .names import Like

# A network's range is cut into eight equal blocks: block 1..7 is the private subnet of the zone with that number, block
# 0 is cut into eight again for the public ones. The number is the zone's own (use2-az3 is 3), so no subnet ever moves.
BITS = 3
SMALLEST_PREFIX, LARGEST_PREFIX = 28, 16  # of a VPC and of a subnet; EC2 CreateVpc and CreateSubnet, CidrBlock

NO_RANGE = "that is no range of IPv4 addresses; fix: write it like 10.20.0.0/16"


def _is_range(text: str) -> str:
    if not re.fullmatch(r"\d+\.\d+\.\d+\.\d+/\d+", text):
        raise ValueError(NO_RANGE)
    try:
        ip_network(text)
        return text
    except ValueError as e:
        if "host bits" not in str(e):
            raise ValueError(NO_RANGE) from None
    whole = ip_network(text, strict=False)
    raise ValueError(f"the address has bits set to the right of its prefix length; fix: use '{whole}'")


def _is_block(text: str) -> str:
    if not LARGEST_PREFIX <= IPv4Network(text).prefixlen <= SMALLEST_PREFIX:
        raise ValueError("AWS takes networks and subnets from /16 to /28 only")
    return text


def _is_id(zone: str) -> str:
    if re.search(r"-\d+[a-z]$", zone):
        raise ValueError("a zone's name means another place in each account; fix: write the zone's id, like use2-az3")
    return zone


ZoneId = Annotated[
    str, Like(r"^[a-z0-9]+(-[a-z0-9]+)+$", "that is no zone's id; fix: write it like use2-az3"), AfterValidator(_is_id)
]
Cidr = Annotated[str, AfterValidator(_is_range)]
BlockCidr = Annotated[Cidr, AfterValidator(_is_block)]


def place(cidr: str, zone_id: str, *, public: bool) -> str | None:
    """The subnet that this zone has in every network of this range; None: there is none that AWS would take."""
    # not those of local zones (usw2-lax1-az1): they share numbers with the zones of their region
    number = re.fullmatch(r"[a-z0-9]+-az([1-7])", zone_id)
    whole = IPv4Network(cidr)
    prefix = whole.prefixlen + (2 * BITS if public else BITS)
    if number is None or prefix > SMALLEST_PREFIX:
        return None
    start = int(whole.network_address) + (int(number[1]) << (32 - prefix))
    return str(IPv4Network((start, prefix)))


def misplaced(ranges: Mapping[str, str], inside: Iterable[str]) -> str | None:
    """What is wrong with named ranges, which must lie inside others and apart from each other; None: nothing."""
    wholes = [IPv4Network(cidr) for cidr in inside]
    nets = {name: IPv4Network(cidr) for name, cidr in ranges.items()}
    for name, net in nets.items():
        if not any(net.subnet_of(whole) for whole in wholes):
            return f"{name} ({net}) lies outside of {' and '.join(map(str, wholes))}; fix: choose a range inside"
    ordered = sorted(nets.items(), key=lambda item: (int(item[1].network_address), item[1].prefixlen))
    for (name, net), (other_name, other) in zip(ordered, ordered[1:], strict=False):
        if net.overlaps(other):
            return f"{name} ({net}) and {other_name} ({other}) overlap; fix: choose ranges apart from each other"
    return None
