"""Subnets of one network have addresses of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..rule import NotApplicable, Rule, Said, each, fail
from ..subnets import SUBNET
from ..world import Subject
from ._ranges import SUBNETWORK, Range, by_network, network_of, ranges_of

RULE = Rule(
    title="subnets of a network do not overlap",
    level="mandatory",
    why="The cloud refuses the second one, after the first has been made.",
    fix="give it a range that no other subnet of the network has",
    references=("https://docs.amazonaws.cn/goto/SdkForKotlin/ec2-2016-11-15/CreateSubnet",),
)


@RULE.graph(SUBNET, SUBNETWORK)
def check(subnet: Subject) -> Iterator[Said]:
    network = network_of(subnet)
    if network is None:
        raise NotApplicable
    groups, places = subnet.world.once(by_network)
    own = list(ranges_of(subnet))
    free = list(own)  # what overlaps one other need not be held against all
    for other in groups[network][: places[subnet.urn]]:
        for said in each(_apart, free, other):
            free = [one for one in free if one[1] != said.at]
            yield said
        if not free:
            break
    for i, (block, at, given) in enumerate(own):
        for _, _, taken in own[:i]:
            if given.overlaps(taken):
                yield fail(block, f"{given} overlaps {taken} of the same subnetwork", at=at)


def _apart(own: Sequence[Range], other: Subject) -> Iterator[Said]:
    for _, _, taken in ranges_of(other):
        for block, at, given in own:
            if given.overlaps(taken):
                yield fail(block, f"{given} overlaps {taken} of {other.name}", at=at)
