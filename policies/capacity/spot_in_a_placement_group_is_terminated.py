"""Spot machines in a placement group are terminated when they are taken back, and do not stop."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, SPOT_INSTANCE, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._blocks import name_of

RULE = Rule(
    title="spot machines in a placement group do not stop or hibernate",
    level="mandatory",
    why="EC2 refuses such a launch: a machine that is started again would have to find its place again.",
    fix="remove the interruption behavior, or the placement group",
    references=("https://docs.amazonaws.cn/en_us/AWSEC2/latest/UserGuide/limitations-placement-groups.html",),
)
STOPS = ("stop", "hibernate")


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    stopping = [launch for launch in launches_of(subject) if launch.market() == "spot" and _behavior(launch) in STOPS]
    if not stopping:
        raise NotApplicable
    for launch in stopping:
        yield from each(_placed, launch)


def _behavior(launch: Launch) -> str:
    if launch.subject.type == SPOT_INSTANCE:
        return launch.subject.text("instanceInterruptionBehavior")
    return launch.block("instanceMarketOptions").text("spotOptions.instanceInterruptionBehavior")


def _placed(launch: Launch) -> Iterator[Said]:
    group = launch.placement_group()
    if group is not None:
        yield fail(
            launch.own, f"its spot machines are to {_behavior(launch)}, and to be in placement group {name_of(group)}"
        )
