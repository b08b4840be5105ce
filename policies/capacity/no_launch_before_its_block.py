"""Single machines are launched once their capacity block has started."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import INSTANCE
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import COMPONENTS, CapacityBlock, capacity_blocks, launches_into

RULE = Rule(
    title="a machine is launched once its capacity block has started",
    level="advisory",
    why="EC2 launches nothing into a block before it starts: `up` has to wait until then, or fails.",
    fix="run `up` after the block has started, or write `launch: false` until then",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-launch.html",),
)


@RULE.graph(*COMPONENTS)
def check(component: Subject) -> Iterator[Said]:
    found = [one for one in capacity_blocks(component) if one.block.has("starts_at")]
    if not found:
        raise NotApplicable
    for block in found:
        yield from each(_early, block)


def _early(block: CapacityBlock) -> Iterator[Said]:
    starts = block.moment("starts_at")
    if starts is None or not block.is_launched or starts <= block.component.world.time():
        return
    # a group waits for its block by itself: its schedule starts its machines
    if any(launch.subject.type == INSTANCE for launch in launches_into(block)):
        yield fail(
            block.block,
            f"machines would be launched into {block.called}, which starts at {block.block.text('starts_at')}",
            at="starts_at",
        )
