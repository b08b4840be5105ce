"""A spread placement group gets no more machines than it takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import PLACEMENT_GROUP, Launch, Meant
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, fail
from ..world import Subject
from ._placed import launched_into
from ._zones import subnets_of
from .placement_group_takes_the_machine import PLACEMENT_GUIDE

RULE = Rule(
    title="a spread placement group has room for its machines",
    level="mandatory",
    why="A spread placement group takes seven running machines in a zone; EC2 refuses the eighth.",
    fix="use a partition placement group, more zones, or several spread groups",
    references=(PLACEMENT_GUIDE,),
)
IN_A_ZONE = 7  # EC2 User Guide, spread placement groups: running instances per zone and group, at rack level


@RULE.graph(PLACEMENT_GROUP)
def check(group: Subject) -> Iterator[Said]:
    if group.text("strategy") != "spread" or group.text("spreadLevel", "rack") != "rack":
        raise NotApplicable
    launches, unsure = launched_into(group)
    if not launches and not unsure:
        raise NotApplicable
    machines = sum(launch.most() for launch in launches)
    if machines > IN_A_ZONE:
        room = IN_A_ZONE * len({one for launch in launches for one in _places(launch)})
        if machines > room:
            yield fail(group, f"up to {machines} machines are launched into it, and it takes {room}")
            return
    if unsure:
        yield cannot_decide(group, unsure[0])


def _places(launch: Launch) -> list[Meant | str]:
    """Subnets, at best each in a zone of its own, or zones by their names. Raises Undecided where AWS chooses."""
    subnets = subnets_of(launch)
    if subnets:
        return list(subnets)
    zones = [*launch.own.texts("availabilityZones"), *launch.own.texts("availabilityZone")]
    zones = zones or launch.block("placement").texts("availabilityZone")
    if not zones:
        raise Undecided(f"the zones that {launch.subject.name} starts machines in", launch.own)
    return list(zones)
