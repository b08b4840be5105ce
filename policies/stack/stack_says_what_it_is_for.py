"""A stack file says what its environment is for."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import World

RULE = Rule(
    title="a stack file says what its environment is for",
    level="advisory",
    why="Who finds it on a bill or in a report has to know whether it can go.",
    fix="add `description:`, one sentence",
    references=("stacks/README.md: description",),
)


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    if world.file is None:
        raise NotApplicable
    if not world.file.description.strip():
        yield fail(None, f"{world.file.file} has no description", at="description", place=world.file.place)
