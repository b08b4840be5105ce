"""An efa-only interface is given no address."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import NETWORK_INTERFACE, TEMPLATE
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._interfaces import EFA_GUIDE

RULE = Rule(
    title="efa-only interfaces are given no address",
    level="mandatory",
    why="An efa-only interface carries EFA traffic alone; EC2 refuses any address for it.",
    fix="remove the address, or make the interface one of type `efa`",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-efa.html", EFA_GUIDE),
)
ADDRESSES = (
    "privateIpAddress",
    "privateIp",
    "privateIps",
    "privateIpsCount",
    *(f"{ip}{what}" for ip in ("ipv4", "ipv6") for what in ("Addresses", "AddressCount", "Prefixes", "PrefixCount")),
)


@RULE.resource(TEMPLATE, NETWORK_INTERFACE)
def check(subject: Subject) -> Iterator[Said]:
    interfaces = subject.blocks("networkInterfaces") if subject.type == TEMPLATE else [subject]
    found = [one for one in interfaces if one.text("interfaceType") == "efa-only"]
    if not found:
        raise NotApplicable
    for one in found:
        yield from each(_judged, one)


def _judged(interface: Block) -> Iterator[Said]:
    for name in ADDRESSES:
        if interface.has(name) and interface.get(name) not in ([], 0, "0", ""):
            yield fail(interface, f"`{name}` is given for an efa-only interface", at=name)
