"""Which TPU slices are there: generation, shape, chips and hosts, and which of them are one Multislice job?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ultrastack.catalog import TpuGeneration, TpuMachineType, tpu_generations, tpu_slice_of, tpu_slices
from ultrastack.catalog.rows import UnknownRow
from ultrastack.policies.tpu import _slices as tpu
from ultrastack.policies.tpu.multislice_slices_alike import COMPONENT, WORD
from ultrastack.policies.world import Block, Subject

from .picture_gcp_places import add_part, cloud_of, place_of, zone_of
from .picture_parts import Drawing, Part, blocks, joined, known, meant, natural, one_of, plain, short, span, text

Jobs = dict[str, list[str]]  # what tells one Multislice job from others -> keys of its slices


@dataclass(frozen=True)
class _Shape:
    """What is known of one slice; None and "" are unknown."""

    generation: TpuGeneration | None
    topology: str = ""
    chips: int | None = None
    hosts: str = ""
    machine: str = ""


def draw(drawing: Drawing) -> None:
    jobs: Jobs = {}
    for subject in drawing.world.of_type(tpu.TPU_VM, tpu.QUEUED):
        _of_tpu_api(drawing, subject, jobs)
    for group in drawing.world.of_type(*tpu.GROUPS):
        _of_group(drawing, group, jobs)
    for pool in drawing.world.of_type(tpu.NODE_POOL):
        _of_pool(drawing, pool, jobs)
    for job, keys in jobs.items():
        _multislice(drawing, job, sorted(keys, key=lambda key: natural(drawing.parts[key].label)))


def _of_tpu_api(drawing: Drawing, subject: Subject, jobs: Jobs) -> None:
    """A TPU VM, or the nodes of a queued resource."""
    nodes: list[Block] = known(partial(tpu.nodes, subject), [])
    specs = blocks(known(partial(subject.block, "tpu"), subject), "nodeSpecs")
    for i, node in enumerate(nodes or [subject]):
        place = place_of(drawing, subject, zone_of(subject), blocks(node, "networkConfig"))
        details = [*_words(_of_node(node)), bought(known(partial(tpu.node_purchase, node), ""))]
        if subject.type == tpu.QUEUED:
            details[-1] = joined(("queued resource", details[-1]))
        if len(nodes) > 1:
            name = text(specs[i], "nodeId") or str(i)
            part = Part(f"{drawing.key(subject)}/{name}", place, "slice", name, tuple(details), (subject.urn,))
            key = drawing.add(part)
        else:
            key = add_part(drawing, subject, place, "slice", details)
        _in_job(drawing, subject, [node], key, jobs)


def _of_group(drawing: Drawing, group: Subject, jobs: Jobs) -> None:
    """A group of machines, where they have TPUs."""
    machine = known(partial(tpu.machine_of_group, group), None)
    if machine is None:
        return
    templates: list[Subject] = known(partial(tpu.templates_of, group), [])
    policy = one_of(meant(group, "resourcePolicies.workloadPolicy", tpu.POLICY))
    unknown = policy is None and group.has("resourcePolicies")
    topology = text(policy, "workloadPolicy.acceleratorTopology") if policy is not None else "?" * unknown
    shape = _shape(machine.generation, topology, machine.name, text(group, "targetSize"))
    interfaces = [one for template in templates for one in blocks(template, "networkInterfaces")]
    place = place_of(drawing, group, zone_of(group), interfaces)
    purchase = bought_of_machine(templates[0]) if templates else ""
    key = add_part(drawing, group, place, "slice", [*_words(shape), purchase])
    _in_job(drawing, group, templates, key, jobs)


def _of_pool(drawing: Drawing, pool: Subject, jobs: Jobs) -> None:
    """A node pool of GKE, where its machines have TPUs."""
    found: list[tuple[Block, TpuMachineType]] = known(partial(tpu.pools, pool), [])
    for block, machine in found:
        topology = text(block, "placementPolicy.tpuTopology") or "?" * block.has("placementPolicy")
        shape = _shape(machine.generation, topology, machine.name, nodes_of(block))
        purchase = bought(known(partial(tpu.pool_purchase, block), ""))
        key = add_part(drawing, pool, place_of_pool(drawing, pool), "slice", [*_words(shape), purchase])
        _in_job(drawing, pool, [], key, jobs)


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


def bought(purchase: str) -> str:
    return "" if purchase == "on-demand" else purchase


def bought_of_machine(template: Subject) -> str:
    """How it is bought, with the reservation's name."""
    purchase = known(partial(tpu.machine_purchase, template), "")
    affinity: list[str] = known(
        lambda: template.block("reservationAffinity").block("specificReservation").texts("values"), []
    )
    return joined((bought(purchase), span(short(one) for one in affinity)), " ")


def nodes_of(pool: Block) -> str:
    most = text(pool, "autoscaling.totalMaxNodeCount") or text(pool, "autoscaling.maxNodeCount")
    least = text(pool, "autoscaling.totalMinNodeCount") or text(pool, "autoscaling.minNodeCount")
    if most:
        return most if most == least else f"{least or 0} to {most}"
    return text(pool, "nodeCount") or text(pool, "initialNodeCount")


def place_of_pool(drawing: Drawing, pool: Subject) -> str:
    named: list[object] = known(partial(pool.elements, "nodeLocations"), [])
    zones = sorted(map(plain, named))
    cluster = one_of(meant(pool, "cluster", tpu.CLUSTER))
    location = text(pool, "location") or (text(cluster, "location") if cluster is not None else "")
    if len(zones) == 1 and zones[0]:
        location = zones[0]
    interfaces: list[Block] = [cluster] if cluster is not None else []
    if tpu.is_zone(location):
        return place_of(drawing, pool, location, interfaces)
    region = drawing.region(cloud_of(drawing), location)
    return region if zones or location else drawing.zone(region, "")


def _in_job(drawing: Drawing, subject: Subject, holders: Sequence[Block], key: str, jobs: Jobs) -> None:
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
