"""A capacity block is bought for an operating system that blocks are documented for."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import capacity_block_rules

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a capacity block is bought for a platform that blocks are documented for",
    level="advisory",
    why="A block is paid for up front and never given back, and a machine whose image has another platform cannot be "
    "launched into it.",
    fix="write one of the documented platforms, that of your image",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-launch.html",),
)


@RULE.resource("aws:ec2/capacityBlockReservation:CapacityBlockReservation")
def check(block: Subject) -> Iterator[Said]:
    rules = capacity_block_rules("machines")
    platform = block.text("instancePlatform")
    if platform and not rules.takes_platform(platform):
        yield fail(block, f"`{platform}` is none of {rules.platforms}", at="instancePlatform")
