"""No machine is launched into a capacity block that has ended."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import GROUP
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import COMPONENTS, CapacityBlock, capacity_blocks, launches_into

RULE = Rule(
    title="no machine is launched into a capacity block that has ended",
    level="mandatory",
    why="The cloud has nothing to start it in: `up` fails, or a group asks for machines for ever.",
    fix="take the ended block out, or write its new `ends_at` if it was extended",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html",),
)


@RULE.graph(*COMPONENTS)
def check(component: Subject) -> Iterator[Said]:
    found = list(capacity_blocks(component))
    if not found:
        raise NotApplicable
    for block in found:
        yield from each(_ended, block)


def _ended(block: CapacityBlock) -> Iterator[Said]:
    ends = block.moment("ends_at")
    if ends is not None and ends <= block.component.world.time() and _launches(block):
        yield fail(
            block.block,
            f"machines would be launched into {block.called}, which ended at {block.block.text('ends_at')}",
            at="ends_at",
            fix="write `launch: false` for it, or take it out; if it was extended, write its new `ends_at`"
            if block.block.has("launch")
            else "",
        )


def _launches(block: CapacityBlock) -> bool:
    """A group may stay when its block has ended, as long as it asks for no machine."""
    if block.block.has("launch"):
        return block.is_launched
    return any(
        launch.subject.type != GROUP or launch.subject.number("minSize") or launch.subject.number("desiredCapacity")
        for launch in launches_into(block)
    )
