"""What of Google Cloud is drawn, and where? TPU slices with their shape, other machines, storage, endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ultrastack.catalog import TpuGeneration, TpuMachineType, tpu_generations, tpu_slice_of, tpu_slices
from ultrastack.catalog.rows import UnknownRow
from ultrastack.policies.launches import Meant
from ultrastack.policies.tpu import _slices as tpu
from ultrastack.policies.tpu.multislice_slices_alike import COMPONENT, WORD
from ultrastack.policies.world import Block, Outside, Subject, Unsure, World

from .picture_parts import (
    NOT_OURS,
    Drawing,
    Part,
    blocks,
    given,
    joined,
    known,
    meant,
    natural,
    one_of,
    plain,
    short,
    span,
    text,
)

GCP = "gcp"
NETWORK = "gcp:compute/network:Network"
ROUTER = "gcp:compute/router:Router"
NAT = "gcp:compute/routerNat:RouterNat"
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
_REGION = re.compile(r"[a-z]+-[a-z]+\d+")


@dataclass(frozen=True)
class _Shape:
    """What is known of one slice; None and "" are unknown."""

    generation: TpuGeneration | None
    topology: str = ""
    chips: int | None = None
    hosts: str = ""
    machine: str = ""


def draw(drawing: Drawing) -> None:
    _networks(drawing)
    _slices(drawing)
    _machines(drawing)
    _storage(drawing)
    for endpoint in drawing.world.of_type(*ENDPOINTS):
        place = _located(drawing, text(endpoint, "location"))
        machine = text(endpoint, "deployConfig.dedicatedResources.machineSpec.machineType")
        _add(drawing, endpoint, place, "endpoint", ["Vertex AI endpoint", machine])


def _add(drawing: Drawing, subject: Subject, place: str, kind: str, details: Sequence[str]) -> str:
    said = tuple(one for one in details if one)
    family = drawing.family(subject) if kind in ("slice", "machines") else ""
    part = Part(drawing.key(subject), place, kind, drawing.label(subject), said, (subject.urn,), family=family)  # type: ignore[arg-type]  # the callers' words
    return drawing.add(part)


# ---- places ---------------------------------------------------------------------------------------------------------


def _cloud(drawing: Drawing) -> str:
    return drawing.cloud(GCP, "Google Cloud")


def _located(drawing: Drawing, location: str) -> str:
    """A zone, a region, or several of them (US)."""
    cloud = _cloud(drawing)
    if tpu.is_zone(location):
        return drawing.zone(drawing.region(cloud, tpu.region_of(location)), location)
    return drawing.region(cloud, location if not location or _REGION.fullmatch(location) else location.upper())


def _networks(drawing: Drawing) -> None:
    for subnetwork in drawing.world.of_type(tpu.SUBNETWORK):
        region = plain(known(partial(subnetwork.target, "region"), ""))
        key = _network(drawing, drawing.region(_cloud(drawing), region), [subnetwork], [])
        cidr = text(subnetwork, "ipCidrRange")
        drawing.fact(key, f"subnetwork {cidr}" if cidr else "subnetwork")
    for network in drawing.world.of_type(NETWORK):
        if network.urn not in drawing.at:
            place = _cloud(drawing)
            drawing.add(
                Part(drawing.key(network), place, "network", drawing.label(network), ("VPC network",), (network.urn,))
            )
    for nat in drawing.world.of_type(NAT):
        router = one_of(meant(nat, "router", ROUTER))
        network = one_of(meant(router, "network", NETWORK)) if router is not None else None
        region = plain(known(partial(nat.target, "region"), ""))
        key = f"{GCP}/{region or '?'}/{drawing.key(network)}" if network is not None else ""
        if router is not None and key in drawing.parts:
            drawing.inside |= {nat.urn: key, router.urn: key}
            drawing.fact(key, "Cloud NAT")


def _network(drawing: Drawing, region: str, subnetworks: Sequence[Meant], networks: Sequence[Meant]) -> str:
    """The network in a region, by a subnetwork or by itself; the region where neither is known."""
    subnetwork = next((one for one in subnetworks if not isinstance(one, Unsure)), None)
    found: Sequence[Meant] = meant(subnetwork, "network", NETWORK) if isinstance(subnetwork, Subject) else networks
    network = next((one for one in found if not isinstance(one, Unsure)), None)
    if isinstance(network, Subject):
        own = (network.urn, *((subnetwork.urn,) if isinstance(subnetwork, Subject) else ()))
        key = f"{region}/{drawing.key(network)}"
        return drawing.add(Part(key, region, "network", drawing.label(network), ("VPC network",), own))
    if isinstance(subnetwork, Subject):
        key = f"{region}/{drawing.key(subnetwork)}"
        return drawing.add(Part(key, region, "network", drawing.label(subnetwork), (), (subnetwork.urn,)))
    named = subnetwork or network
    if isinstance(named, Outside) and named.id:
        label = short(named.id.rpartition("/")[2])
        kind = "subnetwork" if subnetwork is not None else "VPC network"
        return drawing.add(Part(f"{region}/{named.id}", region, "network", label, (kind, NOT_OURS)))
    return region


def _place(drawing: Drawing, subject: Subject, zone: str, interfaces: Sequence[Block]) -> str:
    region = tpu.region_of(zone) if tpu.is_zone(zone) else plain(known(partial(subject.target, "region"), ""))
    found = drawing.region(_cloud(drawing), region)
    subnetworks = [one for block in interfaces for one in meant(block, "subnetwork", tpu.SUBNETWORK)]
    networks = [one for block in interfaces for one in meant(block, "network", NETWORK)]
    return drawing.zone(_network(drawing, found, subnetworks, networks), zone)


def _zone(subject: Subject) -> str:
    return plain(known(partial(subject.target, "zone"), "")).rpartition("/")[2]


# ---- slices ---------------------------------------------------------------------------------------------------------


def _slices(drawing: Drawing) -> None:
    world = drawing.world
    jobs: dict[str, list[str]] = {}
    for subject in world.of_type(tpu.TPU_VM, tpu.QUEUED):
        nodes: list[Block] = known(partial(tpu.nodes, subject), [])
        for i, node in enumerate(nodes or [subject]):
            place = _place(drawing, subject, _zone(subject), blocks(node, "networkConfig"))
            details = [*_words(_of_node(node)), _bought(known(partial(tpu.node_purchase, node), ""))]
            if subject.type == tpu.QUEUED:
                details[-1] = joined(("queued resource", details[-1]))
            if i:
                key, label = f"{drawing.key(subject)}/{i}", text(_spec(subject, i), "nodeId") or drawing.label(subject)
                drawing.add(Part(key, place, "slice", label, tuple(filter(None, details)), (subject.urn,)))
            else:
                key = _add(drawing, subject, place, "slice", details)
            _in_job(drawing, subject, [node], key, jobs)
    for group in world.of_type(*tpu.GROUPS):
        if (machine := known(partial(tpu.machine_of_group, group), None)) is not None:
            templates: list[Subject] = known(partial(tpu.templates_of, group), [])
            policy = one_of(meant(group, "resourcePolicies.workloadPolicy", tpu.POLICY))
            unknown = policy is None and group.has("resourcePolicies")
            topology = text(policy, "workloadPolicy.acceleratorTopology") if policy is not None else "?" * unknown
            shape = _shape(machine.generation, topology, machine.name, text(group, "targetSize"))
            bought = _of_machine(templates[0]) if templates else ""
            place = _place(
                drawing, group, _zone(group), [one for t in templates for one in blocks(t, "networkInterfaces")]
            )
            key = _add(drawing, group, place, "slice", [*_words(shape), bought])
            _in_job(drawing, group, templates, key, jobs)
    for pool in world.of_type(tpu.NODE_POOL):
        found: list[tuple[Block, TpuMachineType]] = known(partial(tpu.pools, pool), [])
        for block, machine in found:
            topology = text(block, "placementPolicy.tpuTopology") or "?" * block.has("placementPolicy")
            shape = _shape(machine.generation, topology, machine.name, _nodes(block))
            bought = _bought(known(partial(tpu.pool_purchase, block), ""))
            key = _add(drawing, pool, _place_of_pool(drawing, pool), "slice", [*_words(shape), bought])
            _in_job(drawing, pool, [], key, jobs)
    for job, keys in jobs.items():
        _multislice(drawing, job, sorted(keys, key=lambda key: natural(drawing.parts[key].label)))


def _spec(subject: Subject, position: int) -> Block:
    return blocks(known(partial(subject.block, "tpu"), subject), "nodeSpecs")[position]


def _of_node(node: Block) -> _Shape:
    generation = known(partial(tpu.generation_of, node), None)
    if generation is None:
        return _Shape(None)
    topology = text(node, "acceleratorConfig.topology")
    try:
        row = tpu_slice_of(text(node, "acceleratorType"))
        topology, machine = row.topology, row.machine_type or ""
    except UnknownRow:
        machine = ""
    hosts = known(partial(tpu.machines_of, node), None)
    chips = known(partial(tpu.chips_of, node), None)
    return _Shape(generation, topology, chips, "" if hosts is None else str(hosts), machine)


def _shape(generation: str, topology: str, machine: str, hosts: str) -> _Shape:
    row = tpu_generations().get(generation)
    if not topology:  # each machine by itself, unless somebody says more
        alone = [one for one in tpu_slices(generation).values() if one.vms == 1 and one.machine_type == machine]
        if row is None or len(alone) != 1:
            return _Shape(row, "", None, hosts, machine)
        chips = alone[0].chips if hosts == "1" else None
        return _Shape(row, alone[0].topology + " each" * (hosts != "1"), chips, hosts, machine)
    chips = None
    if row is not None and (sides := tpu.sides(row, topology)):
        chips = 1
        for side in sides:
            chips *= side
    return _Shape(row, topology, chips, hosts, machine)


def _words(shape: _Shape) -> Iterator[str]:
    if shape.generation is None:
        yield "TPU slice, generation unknown"
        return
    name = shape.generation.name
    yield joined((name if name.startswith("tpu") else f"TPU {name}", _torus(shape.generation, shape.topology)))
    if shape.chips is not None:
        memory = shape.generation.hbm_gib_per_chip
        yield f"{shape.chips:,} chip{'s' * (shape.chips != 1)}" + (f", {memory * shape.chips:,g} GiB" if memory else "")
    hosts = f"{shape.hosts} host{'s' * (shape.hosts != '1')}" if shape.hosts else "hosts unknown"
    yield joined((hosts, shape.machine), " ")


def _torus(generation: TpuGeneration, topology: str) -> str:
    """A slice that is smaller than one cube has no links around (tpu_slices: cubes)."""
    if topology in ("", "?"):
        return "topology unknown"
    if generation.network != "3d-torus":
        return f"topology {topology}"
    row = tpu_slices(generation.name).get("x".join(map(str, tpu.sides(generation, topology.removesuffix(" each")))))
    return f"{'mesh' if row is not None and row.cubes == 0 else 'torus'} {topology}"


def _bought(purchase: str) -> str:
    return "" if purchase == "on-demand" else purchase


def _of_machine(template: Subject) -> str:
    """How it is bought, with the reservation's name."""
    purchase = known(partial(tpu.machine_purchase, template), "")
    affinity: list[str] = known(
        lambda: template.block("reservationAffinity").block("specificReservation").texts("values"), []
    )
    return joined((_bought(purchase), span(short(one) for one in affinity)), " ")


def _nodes(pool: Block) -> str:
    most = text(pool, "autoscaling.totalMaxNodeCount") or text(pool, "autoscaling.maxNodeCount")
    least = text(pool, "autoscaling.totalMinNodeCount") or text(pool, "autoscaling.minNodeCount")
    if most:
        return most if most == least else f"{least or 0} to {most}"
    return text(pool, "nodeCount") or text(pool, "initialNodeCount")


def _place_of_pool(drawing: Drawing, pool: Subject) -> str:
    named: list[object] = known(partial(pool.elements, "nodeLocations"), [])
    zones = sorted(map(plain, named))
    cluster = one_of(meant(pool, "cluster", tpu.CLUSTER))
    location = text(pool, "location") or (text(cluster, "location") if cluster is not None else "")
    if len(zones) == 1 and zones[0]:
        location = zones[0]
    interfaces: list[Block] = [cluster] if cluster is not None else []
    if tpu.is_zone(location):
        return _place(drawing, pool, location, interfaces)
    region = drawing.region(_cloud(drawing), location)
    return region if zones or location else drawing.zone(region, "")


def _in_job(drawing: Drawing, subject: Subject, holders: Sequence[Block], key: str, jobs: dict[str, list[str]]) -> None:
    """By the environment that its machines are given, else by the component that made several."""
    for holder in holders:
        for value in (
            holder.values.get("metadata", {}).values() if isinstance(holder.values.get("metadata"), dict) else ()
        ):
            for match in WORD.finditer(value) if isinstance(value, str) else ():
                if match[1] == "COORDINATOR_ADDRESS":
                    jobs.setdefault(match[2], []).append(key)
                    return
    parent = drawing.graph.by_urn.get(subject.resource.parent)
    if parent is not None and parent.type == COMPONENT:
        jobs.setdefault(parent.urn, []).append(key)


def _multislice(drawing: Drawing, job: str, keys: Sequence[str]) -> None:
    """Slices of one job stand in a node of their own, joined by the data center network."""
    parts = [drawing.parts[key] for key in keys]
    if len(parts) < 2 or len({one.parent for one in parts}) > 1:
        for first, second in zip(keys, keys[1:], strict=False):
            drawing.link(first, second, "DCN")
        return
    parent = drawing.graph.by_urn.get(job)
    label = (parent.step or parent.name) if parent is not None else drawing.parts[keys[0]].label
    key = f"{parts[0].parent}/job/{drawing.key_of(job)}"
    said = (f"Multislice: {len(parts)} slices, joined by the data center network",)
    drawing.add(Part(key, parts[0].parent, "fabric", short(label), said))
    for one in parts:
        drawing.move(one.key, key)
    for first, second in zip(keys, keys[1:], strict=False):
        drawing.link(first, second, "DCN")


# ---- everything else ------------------------------------------------------------------------------------------------


def _machines(drawing: Drawing) -> None:
    world = drawing.world
    for cluster in world.of_type(tpu.CLUSTER):
        place = _located(drawing, text(cluster, "location"))
        key = _add(drawing, cluster, place, "other", ["GKE cluster"])
        for i, pool in enumerate(blocks(cluster, "nodePools")):
            label = text(pool, "name") or f"pool {i}"
            said = tuple(_of_pool(pool))
            drawing.add(Part(f"{key}/{i}", key, "machines", label, said, (cluster.urn,)))
    for pool in world.of_type(tpu.NODE_POOL):
        if pool.urn not in drawing.at:
            _add(drawing, pool, _place_of_pool(drawing, pool), "machines", list(_of_pool(pool)))
    for machine in world.of_type(tpu.INSTANCE):
        place = _place(drawing, machine, _zone(machine), blocks(machine, "networkInterfaces"))
        _add(drawing, machine, place, "machines", [_type(machine), *_accelerators(machine), _of_machine(machine)])
    for group in world.of_type(*tpu.GROUPS):
        if group.urn in drawing.at:
            continue
        templates: list[Subject] = known(partial(tpu.templates_of, group), [])
        interfaces = [one for template in templates for one in blocks(template, "networkInterfaces")]
        size = given(group, "targetSize", " x ", unknown="number unknown: ")
        first: list[str] = [f"{size}{_type(templates[0]) if templates else 'type unknown'}"]
        place = (
            _place(drawing, group, _zone(group), interfaces)
            if group.type == tpu.GROUPS[0]
            else _located(drawing, plain(known(partial(group.target, "region"), "")))
        )
        more = [*_accelerators(templates[0]), _of_machine(templates[0])] if templates else []
        _add(drawing, group, place, "machines", first + more)
    for one in world.of_type(*RESERVATIONS):
        count = text(one, "specificReservation.count") or text(one, "specificSkuProperties.totalCount")
        machine = next(
            (found for name in ("specificReservation", "specificSkuProperties")
             if (found := text(one, f"{name}.instanceProperties.machineType"))), ""
        )  # fmt: skip
        place = drawing.zone(drawing.region(_cloud(drawing), tpu.region_of(_zone(one))), _zone(one))
        _add(drawing, one, place, "other", ["reservation", joined((count, machine), " x ")])


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
    yield f"{_nodes(pool) or 'number unknown:'} x {text(config, 'machineType') or 'type unknown'}"
    yield from _accelerators(config)
    yield _bought(known(partial(tpu.pool_purchase, pool), ""))


def _storage(drawing: Drawing) -> None:
    world: World = drawing.world
    for bucket in world.of_type(BUCKET):
        kind = joined(("Cloud Storage bucket", text(bucket, "storageClass")))
        _add(drawing, bucket, _located(drawing, text(bucket, "location").lower()), "storage", [kind])
    for type, (words, size, unit) in FILE_SYSTEMS.items():
        for system in world.of_type(type):
            location = text(system, "location") or _zone(system)
            block, _, name = size.rpartition(".")
            holders = blocks(system, block) if block else [system]
            amount = given(holders[0], name, unit, unknown="size unknown") if holders else "size unknown"
            throughput = given(system, "perUnitStorageThroughput", " MB/s per TiB", unknown="throughput unknown")
            kind = joined((words, text(system, "tier")), " ")
            place = _located(drawing, location)
            if tpu.is_zone(location):
                region = drawing.region(_cloud(drawing), tpu.region_of(location))
                networks = [
                    one for block in (system, *blocks(system, "networks")) for one in meant(block, "network", NETWORK)
                ]
                place = drawing.zone(_network(drawing, region, [], networks), location)
            _add(drawing, system, place, "storage", [kind, amount, throughput])
    for disk in world.of_type(DISK):
        zone = _zone(disk)
        place = drawing.zone(drawing.region(_cloud(drawing), tpu.region_of(zone)), zone)
        size = given(disk, "size", " GB", unknown="size unknown")
        _add(drawing, disk, place, "storage", [joined(("disk", text(disk, "type").rpartition("/")[2]), " "), size])
