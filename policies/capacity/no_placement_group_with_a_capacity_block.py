"""Machines of a capacity block are launched without a placement group."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import name_of

RULE = Rule(
    title="machines of a capacity block are launched without a placement group",
    level="mandatory",
    why="A block stands together already; a placement group asks for room elsewhere as well, and the launch fails "
    "with InsufficientInstanceCapacity while the block is paid for.",
    fix="remove the placement group",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html",
        "https://github.com/terraform-aws-modules/terraform-aws-eks/pull/3730",
        "https://github.com/aws/aws-parallelcluster/pull/6311",
    ),
)
NAMES = ("placementGroup", "placementGroupId", "placement.groupName", "placement.groupId")


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    blocks = [launch for launch in launches_of(subject) if launch.market() == "capacity-block"]
    if not blocks:
        raise NotApplicable
    for launch in blocks:
        yield from each(_placed, launch)


def _placed(launch: Launch) -> Iterator[Said]:
    group = launch.placement_group()
    if group is None:
        return
    holders = ((launch.holder(name), name) for name in NAMES)
    where, at = next((one, name) for one, name in holders if one is not None)
    yield fail(
        where, f"its machines come from a capacity block, and are to be in placement group {name_of(group)}", at=at
    )
