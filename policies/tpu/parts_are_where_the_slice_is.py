"""The subnetworks and disks of a TPU slice lie where the slice does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Outside, Subject, Unsure
from ._slices import (
    GROUPS,
    INSTANCE,
    QUEUED,
    SUBNETWORK,
    TPU_VM,
    machine_in,
    machine_of_group,
    nodes,
    region_of,
    templates_of,
)

RULE = Rule(
    title="the subnetworks and disks of a TPU slice lie where the slice does",
    level="mandatory",
    why="A machine takes subnetworks of its region and disks of its zone; any other is refused at creation.",
    fix="use a subnetwork of the slice's region, and disks of its zone",
    references=(
        "https://cloud.google.com/vpc/docs/subnets",
        "Compute Engine API v1 revision 20261106: Subnetwork.region, Disk.zone",
    ),
)
IN_REGION = re.compile(r"(?:^|/)regions/([^/]+)/subnetworks/[^/]+$")
IN_ZONE = re.compile(r"(?:^|/)zones/([^/]+)/disks/[^/]+$")
DISK = "gcp:compute/disk:Disk"


@RULE.graph(TPU_VM, QUEUED, INSTANCE, *GROUPS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (TPU_VM, QUEUED):
        for node in nodes(subject):
            networks = [node.block("networkConfig"), *node.blocks("networkConfigs")]
            yield from _parts(subject, networks, [(disk, "sourceDisk") for disk in node.blocks("dataDisks")])
    elif subject.type == INSTANCE:
        machine_in(subject)
        disks = [(disk, "source") for disk in subject.blocks("attachedDisks")]
        yield from _parts(subject, subject.blocks("networkInterfaces"), disks)
    else:
        machine_of_group(subject)
        for template in templates_of(subject):
            yield from _parts(subject, template.blocks("networkInterfaces"), [])


def _parts(subject: Subject, networks: list[Block], disks: list[tuple[Block, str]]) -> Iterator[Said]:
    for network in networks:
        if network.has("subnetwork"):
            yield from each(_subnetwork, subject, network)
    for disk, at in disks:
        if disk.has(at):
            yield from each(_disk, subject, disk, at)


def _subnetwork(subject: Subject, network: Block) -> Iterator[Said]:
    zonal = subject.type != GROUPS[1]
    here = region_of(subject.target("zone")) if zonal else subject.target("region")
    region = _place(network, "subnetwork", SUBNETWORK, "region", IN_REGION)
    if region and region != here:
        zone = f", and the slice in {subject.target('zone')}" if zonal else f", and the slice in {here}"
        yield fail(network, f"the subnetwork is in {region}{zone}", at="subnetwork", fix=f"use a subnetwork of {here}")


def _disk(subject: Subject, disk: Block, at: str) -> Iterator[Said]:
    here, zone = subject.target("zone"), _place(disk, at, DISK, "zone", IN_ZONE)
    if zone and zone != here:
        yield fail(disk, f"the disk is in {zone}, and the slice in {here}", at=at, fix=f"use a disk of {here}")


def _place(block: Block, at: str, type: str, kind: str, pattern: re.Pattern[str]) -> str:
    """A name alone is looked up where the slice is, so only paths and resources can be elsewhere."""
    found: Subject | Outside | Unsure | None = block.subject.world.meant(block, at, type)
    if isinstance(found, Subject):
        return found.target(kind)
    match = pattern.search(found.id) if isinstance(found, Outside) else None
    return match[1] if match else ""
