"""A machine is of a type that its placement group takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ultrastack.catalog import machines

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Outside, Subject

PLACEMENT_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html"
RULE = Rule(
    title="machines are of types that their placement group takes",
    level="mandatory",
    why="EC2 refuses the launch, or an auto scaling group tries again and again until somebody looks.",
    fix="take another instance type, or no placement group",
    references=(PLACEMENT_GUIDE, "https://github.com/aws/aws-parallelcluster/issues/1253"),
)
ALL = {"cluster", "partition", "spread"}
# EC2 User Guide, cluster placement groups: any current type but burstable ones (families t...), Mac1 and M7i-flex
NOT_IN_CLUSTER = re.compile(r"(t\d\w*|mac1|m7i-flex)\.")


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    found = [launch for launch in launches_of(subject) if launch.placement_group() is not None]
    if not found:
        raise NotApplicable
    for launch in found:
        yield from each(_judged, launch)


def _judged(launch: Launch) -> Iterator[Said]:
    group = launch.placement_group()
    rows = machines()
    for name in launch.instance_types():
        if name in rows:
            takes = rows[name].placement_strategies
            if takes is None:
                raise Undecided(f"the placement groups that take {name}", launch.own)
        else:
            takes = tuple(ALL - {"cluster"}) if NOT_IN_CLUSTER.match(name) else tuple(ALL)
        if set(takes) >= ALL:
            continue
        if not isinstance(group, Subject):
            assert isinstance(group, Outside)
            raise Undecided(f"the strategy of placement group {group.id}, which is not in this program", launch.own)
        if (strategy := group.text("strategy")) in ALL and strategy not in takes:
            yield fail(launch.own, f"{name} cannot be in {group.name}, a {strategy} placement group")
