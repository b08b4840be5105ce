"""What a step says of its capacity block can be true of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from ultrastack.catalog import capacity_block_rules

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import COMPONENTS, CapacityBlock, capacity_blocks

RULE = Rule(
    title="a capacity block ends when blocks end, and lasts as long as they do",
    level="advisory",
    why="Machines are stopped by what the step says: with a wrong end EC2 takes them first.",
    fix="write the start and the end that `aws ec2 describe-capacity-reservations` shows",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html",
        "botocore 1.44.5, ec2 CapacityDurationHours",
    ),
)


@RULE.graph(*COMPONENTS)
def check(component: Subject) -> Iterator[Said]:
    found = [one for one in capacity_blocks(component) if one.block.text("kind", "capacity-block") == "capacity-block"]
    if not found:
        raise NotApplicable
    for block in found:
        yield from each(_possible, block)


def _possible(block: CapacityBlock) -> Iterator[Said]:
    rules = capacity_block_rules("machines")  # the same for UltraServers
    starts, ends = block.moment("starts_at"), block.moment("ends_at")
    if ends is not None and (at := ends.astimezone(UTC).strftime("%H:%M")) != rules.ends_at_utc:
        yield fail(block.block, f"{block.called} ends at {at} UTC, and blocks end at {rules.ends_at_utc}", at="ends_at")
    if starts is None or ends is None:
        return
    hours, least = (ends - starts) / timedelta(hours=1), min(rules.duration_hours)
    if hours < least:
        yield fail(
            block.block, f"{block.called} lasts {hours:g} hours, and blocks last {least} or more", at="starts_at"
        )
