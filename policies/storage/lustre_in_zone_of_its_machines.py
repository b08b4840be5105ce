"""A Lustre file system stands in the zone of the machines that mount it."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import SUBNETS, Launch
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..subnets import same_zone, zone_of
from ..world import Subject, Unsure
from ._lustre import SYSTEM, clients

RULE = Rule(
    title="a Lustre file system stands in the zone of the machines that mount it",
    level="advisory",
    why="From another zone each read is slower and each GB is billed.",
    fix="put the file system into a subnet of the machines' zone",
    references=(
        "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/issues/120",
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",
    ),
)


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    yield from apart(system)


def apart(system: Subject) -> Iterator[Said]:
    """Machines in other zones."""
    mounted = False
    for launch in clients(system):
        mounted = True
        yield from each(_of_launch, system, launch)
    if not mounted:
        raise NotApplicable


def _of_launch(system: Subject, launch: Launch) -> Iterator[Said]:
    world = system.world
    own = next(iter(world.all_meant(system, "subnetIds", *SUBNETS)), None)
    if own is None or isinstance(own, Unsure):
        raise Undecided(own.needs if own is not None else "the subnet of the file system", system, "subnetIds")
    for subnet in launch.subnets():
        if isinstance(subnet, Unsure):
            raise Undecided(subnet.needs, launch.subject)
        if not same_zone(world, own, subnet):
            zones = zone_of(world, own), zone_of(world, subnet)
            yield fail(system, f"it stands in {zones[0]} and {launch.subject.name} in {zones[1]}", at="subnetIds")
            return
