"""Does what a slice uses lie where the slice is? Machines take subnetworks of their region, and disks of their zone.

Compute v1 discovery: Subnetwork.region, Disk.zone. Of paths only, since a name alone says nothing of its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...refusals import Wrong
from .arguments import SliceArguments


def elsewhere(args: SliceArguments, zone: str) -> Iterator[Wrong]:
    """What can be seen to lie in another place than that zone."""
    region = region_of(zone)
    if _other(args.subnetwork, r"(?:^|/)regions/([^/]+)/subnetworks/[^/]+$", region):
        said = f"must lie in {region}, as the slices' zone {zone} does; fix: use a subnetwork of {region}"
        yield Wrong("subnetwork", said)
    for n, one in enumerate(args.additional_networks):
        if _other(one.subnetwork, r"(?:^|/)regions/([^/]+)/subnetworks/[^/]+$", region):
            said = f"must lie in {region}, as the slices' zone {zone} does, and the subnetwork of number {n} does not"
            yield Wrong("additional_networks", f"{said}; fix: use a subnetwork of {region}")
    for n, disk in enumerate(args.data_disks):
        if _other(disk.source, r"(?:^|/)zones/([^/]+)/disks/[^/]+$", zone):
            said = f"must lie in {zone}, as the slices do, and number {n} does not"
            yield Wrong("data_disks", f"{said}; fix: use a disk of {zone}")
    location = args.gke.location if args.gke is not None else None
    if isinstance(location, str) and region not in (location, region_of(location)):
        said = f"must be a cluster in {region}, as the slices' zone {zone} is, not in {location}"
        yield Wrong("gke", f"{said}; fix: use a zone of the cluster's region")


def region_of(zone: str) -> str:
    """All but what follows the last dash, also for AI zones (us-central1-ai1a)."""
    return zone.rpartition("-")[0]


def _other(path: object, pattern: str, wanted: str) -> bool:
    found = re.search(pattern, path) if isinstance(path, str) else None
    return found is not None and found[1] != wanted
