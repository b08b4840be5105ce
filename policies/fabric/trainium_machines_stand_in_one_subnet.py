"""Trainium machines that work together stand in one subnet."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import FLEET, GROUP, NODE_GROUP, SPOT_FLEET, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject
from ._interfaces import EFA_GUIDE, wired
from ._zones import subnets_of

RULE = Rule(
    title="machines with Trainium and EFA that are launched together stand in one subnet",
    level="advisory",  # EC2's own guide only asks for one zone
    why="Collectives of Neuron over EFA have failed between machines in different subnets.",
    fix="name one subnet",
    references=(
        "https://github.com/aws-samples/aws-deep-learning-ami-ubuntu-dcv-desktop/issues/25",
        EFA_GUIDE,
    ),
)


@RULE.graph(GROUP, NODE_GROUP, FLEET, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    found = [
        one for one in launches_of(subject) if any(row.accelerator.startswith("Trainium") for row in one.machines())
    ]
    found = [one for one in found if any(interface.is_efa for interface in wired(one))]
    if not found:
        raise NotApplicable
    for launch in found:
        yield from each(_judged, launch)


def _judged(launch: Launch) -> Iterator[Said]:
    subnets = subnets_of(launch)
    if len(subnets) > 1 and launch.most() > 1:
        name = next((one for one in ("vpcZoneIdentifiers", "subnetIds", "overrides") if launch.own.has(one)), "")
        yield fail(launch.own, f"its machines may stand in {len(subnets)} subnets", at=name)
