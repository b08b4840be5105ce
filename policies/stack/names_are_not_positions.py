"""What a loop makes is named after its item, not after its position."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.place import Place

from ..rule import NotApplicable, Rule, Said, fail
from ..world import World

RULE = Rule(
    title="what a loop makes is named after its item",
    level="advisory",
    why="With names by position, an item that is added or taken away in front renames all behind it, and a rename "
    "replaces what it names.",
    fix="use the item in the name: {{ item }}, or {{ item.key }} of a mapping",
    references=("stacks/README.md: loop",),
)


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    if world.file is None:
        raise NotApplicable
    told: dict[Place, list[str]] = {}
    for name, place in world.file.names_by_index.items():
        told.setdefault(place, []).append(name)
    for place, names in told.items():
        there = names[0] if world.file.step(names[0]) else ""
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield fail(None, f"{names[0]}{more}: named by position alone", at="name", place=place, step=there)
