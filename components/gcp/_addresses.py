"""Where is a subnetwork? Its region, and its ranges of addresses."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator

from ..addresses import Cidr
from ..names import Like

SMALLEST_PREFIX = 29  # https://cloud.google.com/vpc/docs/subnets: the smallest range of a subnetwork
REGION = re.compile(r"[a-z]+(-[a-z]+)+\d+")  # us-east5, northamerica-northeast1
# The same page: what no subnetwork can have a part of
PROHIBITED = [IPv4Network(one) for one in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")]
ZONE = re.compile(rf"({REGION.pattern})-[a-z]+\d*[a-z]*")  # us-east5-b, us-central1-ai1a


def _is_region(text: str) -> str:
    if zone := ZONE.fullmatch(text):
        raise ValueError(f"must be a region, and is a zone; fix: write its region, {zone[1]}")
    if not REGION.fullmatch(text):
        raise ValueError("must be a region; fix: write it like us-east5")
    return text


def _is_block(text: str) -> str:
    if IPv4Network(text).prefixlen > SMALLEST_PREFIX:
        larger = IPv4Network(text).supernet(new_prefix=SMALLEST_PREFIX)
        raise ValueError(f"must have at least the 8 addresses of a /{SMALLEST_PREFIX}; fix: write {larger}")
    if taken := next((one for one in PROHIBITED if one.overlaps(IPv4Network(text))), None):
        raise ValueError(f"cannot have addresses of {taken}, which no network can; fix: write it like 10.20.0.0/20")
    return text


Region = Annotated[str, AfterValidator(_is_region)]
SubnetCidr = Annotated[Cidr, AfterValidator(_is_block)]
# Name of a secondary range: compute v1 discovery, SubnetworkSecondaryRange.rangeName (RFC 1035)
RangeName = Annotated[
    str,
    Like(
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "a range's name has at most 63 lower-case letters, digits and hyphens, and begins with a letter; "
        "fix: write it like pods",
    ),
]
# The user's own name of a subnetwork: its child is named by it.
SubnetworkName = Annotated[
    str,
    Like(
        r"^[a-z]([a-z0-9]|-[a-z0-9])*$",
        "a subnetwork's name has lower-case letters, digits and single hyphens, and begins with a letter; "
        "fix: name it like its region, us-east5",
    ),
]
