"""The range of Google's managed services is not a subnetwork's."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._ranges import NETWORK, by_network, ranges_of, without_network

RULE = Rule(
    title="a range for Google's managed services is no subnetwork's",
    level="mandatory",
    why="The range is refused, or the subnetwork is: Managed Lustre and Filestore are peered with it.",
    fix="choose an address range outside all subnetworks of the network",
    references=("https://cloud.google.com/sdk/gcloud/reference/services/vpc-peerings/connect",),
)


@RULE.graph("gcp:compute/globalAddress:GlobalAddress")
def check(address: Subject) -> Iterator[Said]:
    if address.text("purpose") != "VPC_PEERING" or not address.has("address"):
        raise NotApplicable  # where no address is given, Google chooses a free one
    network = address.world.meant(address, "network", NETWORK)
    if network is None:
        raise NotApplicable
    own = _range(address)
    groups, _ = address.world.once(by_network)
    free = True
    for subnetwork in groups.get(network, ()):
        for _, _, taken in ranges_of(subnetwork):
            if own.overlaps(taken):
                free = False
                yield fail(address, f"{own} overlaps {taken} of {subnetwork.name}", at="address")
    unsure = address.world.once(without_network)
    if free and unsure:
        raise unsure[0]


def _range(address: Subject) -> IPv4Network:
    text = f"{address.text('address')}/{address.text('prefixLength', '24')}"
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        raise Undecided(f"a range of addresses as {text}", address, "address") from None
    assert isinstance(found, IPv4Network)
    return found
