"""Machines that talk over EFA are in a cluster placement group, or in capacity that is together already."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import FLEET, GROUP, NODE_GROUP, SPOT_FLEET, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._interfaces import EFA_GUIDE, wired
from .placement_group_takes_the_machine import PLACEMENT_GUIDE

RULE = Rule(
    title="machines with EFA that are launched together are in a placement group",
    level="advisory",  # EC2 recommends it, and capacity may be easier to find without
    why="A cluster placement group keeps machines close in the network; without one each message may take longer.",
    fix="make a placement group with the strategy cluster, and name it in the group or its launch template",
    references=(EFA_GUIDE, PLACEMENT_GUIDE),
)


@RULE.graph(GROUP, NODE_GROUP, FLEET, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    found = [launch for launch in launches_of(subject) if _speaks_of(launch)]
    if not found:
        raise NotApplicable
    for launch in found:
        if launch.placement_group() is None:
            yield fail(launch.own, "its machines have EFA, and no placement group")


def _speaks_of(launch: Launch) -> bool:
    """A capacity block is together by itself, and a reservation's machines are in its own placement group if any."""
    if not any(one.is_efa for one in wired(launch)) or launch.most() < 2:
        return False
    return launch.market() != "capacity-block" and not launch.reservations()
