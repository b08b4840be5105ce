"""What is launched into a placement group?"""

from __future__ import annotations

from collections.abc import Mapping

from ..launches import Launch, launches
from ..rule import Undecided
from ..world import Outside, Subject, World


def launched_into(group: Subject) -> tuple[list[Launch], list[str]]:
    """Launches that surely name it, and why others may."""
    sure, unsure = group.world.once(_placed)
    return sure.get(group.urn, []), unsure


def _placed(world: World) -> tuple[Mapping[str, list[Launch]], list[str]]:
    sure: dict[str, list[Launch]] = {}
    unsure: list[str] = []
    for launch in launches(world):
        if isinstance(launch.named, Outside):  # a template from elsewhere names no group of this program
            continue
        try:
            found = launch.placement_group()
        except Undecided as e:
            unsure.append(e.said.needs)
            continue
        if isinstance(found, Subject):
            sure.setdefault(found.urn, []).append(launch)
    return sure, unsure
