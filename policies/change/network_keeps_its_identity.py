"""A change does not take away addresses, names and ids of the network that others point to."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import resource_type

from ..rule import NotApplicable, Rule, Said
from ..world import SubjectChange
from ._going import gone, said

RULE = Rule(
    title="a change keeps the addresses and ids of the network",
    level="advisory",
    why="Allow lists, peerings and other stacks name these addresses and ids, and nobody tells them the new ones.",
    fix="keep the old value, or tell those who name it, and set `protect` on what has to stay",
    references=("https://www.pulumi.com/docs/iac/concepts/options/protect/",),
)

NETWORK = ("aws:ec2/", "aws:lb/", "gcp:compute/", "gcp:servicenetworking/")
OTHERS = {  # of those modules, but no network
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/placementGroup:PlacementGroup",
    "gcp:compute/resourcePolicy:ResourcePolicy",
}


@RULE.change("*")
def check(change: SubjectChange) -> Iterator[Said]:
    row = resource_type(change.subject.type)
    if row is None or row.holds != "identity" or row.name in OTHERS or not row.name.startswith(NETWORK):
        raise NotApplicable
    if gone(change) is not None:
        yield from said(change, "and its identity with it" + (f": {row.holds_note}" if row.holds_note else ""))
