"""A group on a capacity block is scaled to zero by a schedule."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import GROUP, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._blocks import to_zero

RULE = Rule(
    title="a group on a capacity block is scaled to zero before the block ends",
    level="advisory",
    why="When the block ends the group keeps asking for machines that are no longer there, and jobs get no time to "
    "write what they have.",
    fix="add an aws.autoscaling.Schedule that sets its sizes to 0 before the block ends",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html",
        "https://github.com/modelplaneai/modelplane/pull/113",
    ),
)


@RULE.graph(GROUP)
def check(group: Subject) -> Iterator[Said]:
    if all(launch.market() != "capacity-block" for launch in launches_of(group)):
        raise NotApplicable
    if not to_zero(group) and group.number("maxSize", 1) > 0:
        yield fail(group, "its machines come from a capacity block, and no schedule scales it to zero")
