"""Machines that talk over EFA stand in one zone."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import FLEET, GROUP, NODE_GROUP, SPOT_FLEET, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..world import Subject
from ._interfaces import EFA_GUIDE, efa_of, listed
from ._zones import different, subnets_of

RULE = Rule(
    title="machines with EFA that are launched together stand in one zone",
    level="mandatory",
    why="EFA traffic does not leave its zone: jobs over machines in two zones fail or fall back to TCP.",
    fix="name subnets of one zone",
    references=(
        EFA_GUIDE,
        "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3044",
        "https://github.com/pulumi/pulumi-eks/pull/1593",
    ),
)


@RULE.graph(GROUP, NODE_GROUP, FLEET, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    found = [launch for launch in launches_of(subject) if not _alone(launch)]
    if not found:
        raise NotApplicable
    for launch in found:
        yield from each(_judged, launch)


def _judged(launch: Launch) -> Iterator[Said]:
    subnets = subnets_of(launch)
    if len(subnets) < 2:
        return
    efa_of(launch)
    for kind in ("spotOptions", "onDemandOptions"):
        launch.subject.get(f"{kind}.singleAvailabilityZone")  # one that is unknown may be true
    zones, unknown = different(launch.subject.world, subnets)
    name = next((one for one in ("vpcZoneIdentifiers", "subnetIds", "overrides") if launch.own.has(one)), "")
    if len(zones) > 1:
        if launch.most() == 1:
            return
        yield fail(launch.own, f"its subnets stand in {len(zones)} zones: {listed(zones)}", at=name)
    elif unknown:
        yield cannot_decide(launch.own, unknown[0], at=name)


def _alone(launch: Launch) -> bool:
    """Without EFA, a single machine, or in one zone by its own words."""
    for kind in ("spotOptions", "onDemandOptions"):
        name = f"{kind}.singleAvailabilityZone"
        if launch.subject.type == FLEET and launch.subject.knows(name) and launch.subject.flag(name):
            return True
    try:
        efa_of(launch)
        return launch.most() == 1
    except NotApplicable:
        return True
    except Undecided:
        return False
