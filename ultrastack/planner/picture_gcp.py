"""What of Google Cloud is drawn? Networks, TPU slices, other machines, storage, endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ultrastack.policies.tpu import _slices as tpu
from ultrastack.policies.world import Block, Subject, World

from . import picture_gcp_slices
from .picture_gcp_places import NETWORK, add_part, cloud_of, draw_networks, located, network_of, place_of, zone_of
from .picture_gcp_slices import bought, bought_of_machine, nodes_of, place_of_pool
from .picture_parts import Drawing, Part, blocks, given, joined, known, meant, plain, text

BUCKET = "gcp:storage/bucket:Bucket"
DISK = "gcp:compute/disk:Disk"
RESERVATIONS = ("gcp:compute/reservation:Reservation", "gcp:compute/futureReservation:FutureReservation")
# file systems, and their input with the size in GiB or GB (googleapiclient: file v1, parallelstore v1, lustre v1)
FILE_SYSTEMS = {
    "gcp:lustre/instance:Instance": ("Managed Lustre", "capacityGib", " GiB"),
    "gcp:parallelstore/instance:Instance": ("Parallelstore", "capacityGib", " GiB"),
    "gcp:filestore/instance:Instance": ("Filestore", "fileShares.capacityGb", " GiB"),
}
ENDPOINTS = (
    "gcp:vertex/aiEndpoint:AiEndpoint",
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
)


def draw(drawing: Drawing) -> None:
    draw_networks(drawing)
    picture_gcp_slices.draw(drawing)
    _machines(drawing)
    _storage(drawing)
    for endpoint in drawing.world.of_type(*ENDPOINTS):
        place = located(drawing, text(endpoint, "location"))
        machine = text(endpoint, "deployConfig.dedicatedResources.machineSpec.machineType")
        add_part(drawing, endpoint, place, "endpoint", ["Vertex AI endpoint", machine])


def _machines(drawing: Drawing) -> None:
    world = drawing.world
    for cluster in world.of_type(tpu.CLUSTER):
        place = located(drawing, text(cluster, "location"))
        key = add_part(drawing, cluster, place, "other", ["GKE cluster"])
        for i, pool in enumerate(blocks(cluster, "nodePools")):
            label = text(pool, "name") or f"pool {i}"
            said = tuple(_of_pool(pool))
            drawing.add(Part(f"{key}/{label}", key, "machines", label, said, (cluster.urn,)))
    for pool in world.of_type(tpu.NODE_POOL):
        if pool.urn not in drawing.at:
            add_part(drawing, pool, place_of_pool(drawing, pool), "machines", list(_of_pool(pool)))
    for machine in world.of_type(tpu.INSTANCE):
        place = place_of(drawing, machine, zone_of(machine), blocks(machine, "networkInterfaces"))
        add_part(
            drawing, machine, place, "machines", [_type(machine), *_accelerators(machine), bought_of_machine(machine)]
        )
    for group in world.of_type(*tpu.GROUPS):
        if group.urn in drawing.at:
            continue
        templates: list[Subject] = known(partial(tpu.templates_of, group), [])
        interfaces = [one for template in templates for one in blocks(template, "networkInterfaces")]
        size = given(group, "targetSize", " x ", unknown="number unknown: ")
        first: list[str] = [f"{size}{_type(templates[0]) if templates else 'type unknown'}"]
        place = (
            place_of(drawing, group, zone_of(group), interfaces)
            if group.type == tpu.GROUPS[0]
            else located(drawing, plain(known(partial(group.target, "region"), "")))
        )
        more = [*_accelerators(templates[0]), bought_of_machine(templates[0])] if templates else []
        add_part(drawing, group, place, "machines", first + more)
    for one in world.of_type(*RESERVATIONS):
        count = text(one, "specificReservation.count") or text(one, "specificSkuProperties.totalCount")
        machine = next(
            (found for name in ("specificReservation", "specificSkuProperties")
             if (found := text(one, f"{name}.instanceProperties.machineType"))), ""
        )  # fmt: skip
        place = drawing.zone(drawing.region(cloud_of(drawing), tpu.region_of(zone_of(one))), zone_of(one))
        add_part(drawing, one, place, "other", ["reservation", joined((count, machine), " x ")])


def _type(machine: Block) -> str:
    return text(machine, "machineType").rpartition("/")[2] or "type unknown until `up`"


def _accelerators(machine: Block) -> Iterator[str]:
    kind = known(partial(tpu.machine, machine), None)
    if kind is not None:
        yield f"TPU {kind.generation}, {kind.chips} chip{'s' * (kind.chips != 1)}"
    for one in blocks(machine, "guestAccelerators"):
        yield joined((text(one, "count"), text(one, "type").rpartition("/")[2]), " x ")


def _of_pool(pool: Block) -> Iterator[str]:
    config = known(partial(pool.block, "nodeConfig"), pool)
    yield f"{nodes_of(pool) or 'number unknown:'} x {text(config, 'machineType') or 'type unknown'}"
    yield from _accelerators(config)
    yield bought(known(partial(tpu.pool_purchase, pool), ""))


def _storage(drawing: Drawing) -> None:
    world: World = drawing.world
    for bucket in world.of_type(BUCKET):
        kind = joined(("Cloud Storage bucket", text(bucket, "storageClass")))
        add_part(drawing, bucket, located(drawing, text(bucket, "location").lower()), "storage", [kind])
    for type, (words, size, unit) in FILE_SYSTEMS.items():
        for system in world.of_type(type):
            location = text(system, "location") or zone_of(system)
            block, _, name = size.rpartition(".")
            holders = blocks(system, block) if block else [system]
            amount = given(holders[0], name, unit, unknown="size unknown") if holders else "size unknown"
            throughput = given(system, "perUnitStorageThroughput", " MB/s per TiB", unknown="throughput unknown")
            kind = joined((words, text(system, "tier")), " ")
            place = located(drawing, location)
            if tpu.is_zone(location):
                region = drawing.region(cloud_of(drawing), tpu.region_of(location))
                networks = [
                    one for block in (system, *blocks(system, "networks")) for one in meant(block, "network", NETWORK)
                ]
                place = drawing.zone(network_of(drawing, region, [], networks), location)
            add_part(drawing, system, place, "storage", [kind, amount, throughput])
    for disk in world.of_type(DISK):
        zone = zone_of(disk)
        place = drawing.zone(drawing.region(cloud_of(drawing), tpu.region_of(zone)), zone)
        size = given(disk, "size", " GB", unknown="size unknown")
        add_part(drawing, disk, place, "storage", [joined(("disk", text(disk, "type").rpartition("/")[2]), " "), size])
