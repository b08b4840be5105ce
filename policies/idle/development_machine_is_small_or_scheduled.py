"""Machines with several accelerators in a development stack stop by the clock."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._accelerators import machines_of
from ._purpose import ends_by_itself, is_development

RULE = Rule(
    title="a development machine with several accelerators stops by the clock",
    level="advisory",
    why="Development needs an accelerator for some hours of a day; a machine with many of them that runs day and night "
    "is mostly paid for its idle hours.",
    fix="take a machine with one accelerator, or add a `schedule` with start, stop and time_zone",
    references=("https://github.com/dstackai/dstack/issues/570",),
)


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    if not is_development(subject):
        raise NotApplicable
    machines = machines_of(subject)
    if not machines:
        raise NotApplicable
    largest = max(machines, key=lambda one: one.accelerators)
    if largest.accelerators == 1 or subject.raw("maxSize") == 0:
        return
    if any(launch.market() == "capacity-block" for launch in launches_of(subject)) or ends_by_itself(subject):
        return
    words = f"{largest.name} has {largest.accelerators} accelerators, and nothing stops it at night"
    yield fail(subject, words)
