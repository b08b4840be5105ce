"""Something stops the machines of a capacity block before EC2 takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import COMPONENTS, CapacityBlock, capacity_blocks, grace, launches_into, rules_for, stops

RULE = Rule(
    title="something stops the machines of a capacity block before it ends",
    level="advisory",
    why="Otherwise EC2 takes them, without asking: a job that still runs loses what it has not saved, and of some "
    "UltraServers it is their owner who has to end them.",
    fix="give the step `schedule: {teardown_at: ...}`",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html",
        "https://github.com/modelplaneai/modelplane/pull/113",
    ),
)


@RULE.graph(*COMPONENTS)
def check(component: Subject) -> Iterator[Said]:
    found = list(capacity_blocks(component))
    if not found:
        raise NotApplicable
    for block in found:
        yield from each(_stopped, block)


def _stopped(block: CapacityBlock) -> Iterator[Said]:
    ends = block.moment("ends_at")
    launched = list(launches_into(block)) if block.is_launched else []
    if ends is None or not launched or any(stops(block, launched)):
        return
    machines = tuple(name for launch in launched for name in launch.instance_types())
    last = (ends - grace(rules_for(machines))).astimezone(UTC)
    yield fail(
        block.block,
        f"{block.called} ends at {block.block.text('ends_at')}, and nothing stops its machines before",
        at="ends_at",
        fix=f"give the step `schedule: {{teardown_at: {last:%Y-%m-%dT%H:%M:%SZ}}}`, or an earlier one",
    )
