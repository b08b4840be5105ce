"""Machines that stop by themselves do so before EC2 ends them with their capacity block."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import COMPONENTS, CapacityBlock, capacity_blocks, grace, launches_into, rules_for, stops

RULE = Rule(
    title="machines stop early enough before their capacity block ends",
    level="mandatory",
    why="EC2 takes the machines of a block before it ends, without asking: a job that still runs loses what it has "
    "not saved.",
    fix="give the step `schedule: {teardown_at: ...}` early enough before the block ends",
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
        yield from each(_in_time, block)


def _in_time(block: CapacityBlock) -> Iterator[Said]:
    ends = block.moment("ends_at")
    launched = list(launches_into(block)) if block.is_launched else []
    if ends is None or not launched:
        return
    machines = tuple(name for launch in launched for name in launch.instance_types())
    early = grace(rules_for(machines))
    for where, at, gone in stops(block, launched):
        if gone > ends - early:
            minutes, last = int(early / timedelta(minutes=1)), ends - early
            yield fail(
                where,
                f"its machines stop at {_written(gone)}, and {block.called} ends at {_written(ends)}: that is less "
                f"than {minutes} minutes",
                at=at,
                fix=f"stop them at {_written(last)}, or earlier",
            )


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
