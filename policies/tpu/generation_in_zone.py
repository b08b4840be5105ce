"""A TPU slice is asked for in a zone that has its generation."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import TpuGeneration, tpu_generation, tpu_regions, tpu_zones

from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._slices import (
    CLUSTER,
    GROUPS,
    INSTANCE,
    NODE_POOL,
    QUEUED,
    TEMPLATES,
    TPU_VM,
    generation_of,
    is_zone,
    machine_in,
    machine_of_group,
    nodes,
    pools,
    region_of,
)

RULE = Rule(
    title="a TPU slice is asked for in a zone that has its generation",
    level="mandatory",
    why="Each generation is in some zones only; the API answers that the accelerator is not found in the zone.",
    fix="use a zone that has the generation",
    references=(
        "https://github.com/skypilot-org/skypilot/issues/3840",
        "https://github.com/keras-team/kinetic/issues/305",
    ),
)


@RULE.graph(TPU_VM, QUEUED, INSTANCE, *GROUPS, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (TPU_VM, QUEUED):
        for node in nodes(subject):
            yield from each(_in_zone, subject, generation_of(node), subject.target("zone"), "zone")
    elif subject.type == INSTANCE:
        generation = tpu_generation(machine_in(subject).generation)
        yield from _in_zone(subject, generation, subject.target("zone"), "zone")
    elif subject.type in GROUPS:
        for version in subject.blocks("versions"):
            subject.world.made(version, "instanceTemplate", *TEMPLATES)
        generation = tpu_generation(machine_of_group(subject).generation)
        if subject.has("distributionPolicyZones"):
            for zone in subject.texts("distributionPolicyZones"):
                yield from _in_zone(subject, generation, zone, "distributionPolicyZones")
        elif subject.type == GROUPS[0]:
            yield from _in_zone(subject, generation, subject.target("zone"), "zone")
        else:
            raise NotApplicable
    else:
        for pool, machine in pools(subject):
            yield from each(_pool, pool, tpu_generation(machine.generation))


def _pool(pool: Block, generation: TpuGeneration) -> Iterator[Said]:
    zones = pool.texts("nodeLocations")
    for zone in zones:
        yield from _in_zone(pool, generation, zone, "nodeLocations")
    location = pool.subject.text("location")
    if not zones and is_zone(location):
        yield from _in_zone(pool.subject, generation, location, "location")
    elif not zones and location and not _in_region(generation, location):
        said = f"{generation.name} is in no zone of {location} that is known"
        yield fail(pool.subject, said, at="location", fix=f"use a zone that has it: {_known(generation)}")
    elif not zones:
        yield cannot_decide(pool, f"the zones of {pool.subject.name}", at="nodeLocations")


def _in_zone(where: Block, generation: TpuGeneration, zone: str, at: str) -> Iterator[Said]:
    zones, zone = tpu_zones(generation.name), zone.rpartition("/")[2]  # some write it as a path
    if zone in zones:
        return
    listed = {row.region for row in tpu_regions(generation.name)} - {row.region for row in zones.values()}
    if not zones or region_of(zone) in listed:
        yield cannot_decide(where, f"whether {zone} has {generation.name}", at=at)
    else:
        said = f"{generation.name} is not known to be in {zone}"
        yield fail(where, said, at=at, fix=f"use a zone that has it: {_known(generation, region_of(zone))}")


def _in_region(generation: TpuGeneration, region: str) -> bool:
    rows = [row.region for row in tpu_zones(generation.name).values()]
    return region in rows or region in [row.region for row in tpu_regions(generation.name)]


def _known(generation: TpuGeneration, region: str = "") -> str:
    """Those of the same region, else those on Google's page."""
    rows = tpu_zones(generation.name).values()
    near = [row.zone for row in rows if row.region == region] or [row.zone for row in rows if row.on_page]
    return ", ".join(near)
