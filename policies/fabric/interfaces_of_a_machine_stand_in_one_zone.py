"""All network interfaces of a machine stand in one zone."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Subject
from ._interfaces import HOLDERS, listed, written
from ._zones import different

RULE = Rule(
    title="all network interfaces of a machine stand in one zone",
    level="mandatory",
    why="EC2 refuses to launch a machine with interfaces in two zones.",
    fix="give all interfaces the same subnet, or subnets of one zone",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",),
)


@RULE.graph(*HOLDERS)
def check(subject: Subject) -> Iterator[Said]:
    launch = written(subject)
    if len(launch.interfaces()) < 2:
        raise NotApplicable
    subnets = [] if launch.own.has("subnetId") else launch.subnets()
    if len(subnets) < 2:
        return
    zones, unknown = different(subject.world, subnets)
    if len(zones) > 1:
        yield fail(subject, f"its interfaces stand in {len(zones)} zones: {listed(zones)}", at="networkInterfaces")
    elif unknown:
        yield cannot_decide(subject, unknown[0], at="networkInterfaces")
