"""All machines of a cluster placement group stand in one zone."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import PLACEMENT_GROUP
from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Subject
from ._interfaces import listed
from ._placed import launched_into
from ._zones import different, subnets_of
from .placement_group_takes_the_machine import PLACEMENT_GUIDE

RULE = Rule(
    title="all machines of a cluster placement group stand in one zone",
    level="mandatory",
    why="A cluster placement group is in the zone of its first machine; launches in any other zone are refused.",
    fix="launch into subnets of one zone, or make a placement group for each zone",
    references=(PLACEMENT_GUIDE, "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3044"),
)


@RULE.graph(PLACEMENT_GROUP)
def check(group: Subject) -> Iterator[Said]:
    if group.text("strategy") != "cluster":
        raise NotApplicable
    launches, unsure = launched_into(group)
    if not launches and not unsure:
        raise NotApplicable
    subnets = list(dict.fromkeys(one for launch in launches for one in subnets_of(launch)))
    if len(subnets) < 2 and not unsure:
        return
    zones, unknown = different(group.world, subnets)
    if len(zones) > 1:
        names = listed(dict.fromkeys(launch.subject.name for launch in launches))
        yield fail(group, f"machines of {names} are to stand in it, in {len(zones)} zones: {listed(zones)}")
    elif unknown or unsure:
        yield cannot_decide(group, [*unknown, *unsure][0])
