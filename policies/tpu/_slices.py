"""Which TPU slice does a resource ask for? One way to read TPU VMs, queued resources, machines and node pools."""

from __future__ import annotations

import re
from math import prod

from ultrastack.catalog import (
    TpuGeneration,
    TpuMachineType,
    tpu_generations,
    tpu_machine_types,
    tpu_slice_of,
    tpu_slices,
)
from ultrastack.catalog.rows import UnknownRow

from ..rule import NotApplicable, Undecided
from ..world import Block, Outside, Subject

TPU_VM = "gcp:tpu/v2Vm:V2Vm"
QUEUED = "gcp:tpu/v2QueuedResource:V2QueuedResource"
INSTANCE = "gcp:compute/instance:Instance"
TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
GROUPS = (
    "gcp:compute/instanceGroupManager:InstanceGroupManager",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
)
POLICY = "gcp:compute/resourcePolicy:ResourcePolicy"
NODE_POOL = "gcp:container/nodePool:NodePool"
CLUSTER = "gcp:container/cluster:Cluster"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
COMPUTE = (INSTANCE, *TEMPLATES)

_LIKE_TPU = re.compile(r"ct\d|tpu\d")  # families of machines with TPUs
_SIDES = re.compile(r"\d+(x\d+){1,2}")


def nodes(subject: Subject) -> list[Block]:
    """What the TPU API is asked for: blocks with `acceleratorType`, `runtimeVersion`, `networkConfig`."""
    if subject.type != QUEUED:
        return [subject]
    return [spec.block("node") for spec in subject.block("tpu").blocks("nodeSpecs")]


def generation_of(node: Block) -> TpuGeneration:
    """Of a node of the TPU API. Raises NotApplicable where none is named."""
    if word := node.text("acceleratorConfig.type"):
        return _pick({g.api_type: g for g in tpu_generations().values() if g.api_type}, word, node, "acceleratorConfig")
    if word := node.text("acceleratorType"):
        prefixes = {g.accelerator_type_prefix: g for g in tpu_generations().values() if g.accelerator_type_prefix}
        return _pick(prefixes, word.rpartition("-")[0], node, "acceleratorType")
    raise NotApplicable


def _pick(rows: dict[str, TpuGeneration], word: str, node: Block, at: str) -> TpuGeneration:
    if word not in rows:
        raise Undecided(f"the generation of `{word}`, which the catalogue does not know", node, at)
    return rows[word]


def chips_of(node: Block) -> int:
    """Chips of a node of the TPU API. Raises Undecided where its name or topology is none."""
    generation = generation_of(node)
    if node.text("acceleratorConfig.type"):
        found = prod(sides(generation, node.text("acceleratorConfig.topology")))
    else:
        found = generation.chips_of(node.text("acceleratorType")) or 0
    if found < 2 and not (found == 1 and 1 in generation.chips_per_vm):
        raise Undecided("the number of chips of the slice", node)
    return found


def machines_of(node: Block) -> int:
    """How many machines a node of the TPU API has."""
    generation, chips = generation_of(node), chips_of(node)
    try:
        return tpu_slice_of(node.text("acceleratorType")).vms
    except UnknownRow:
        row = tpu_slices(generation.name).get(node.text("acceleratorConfig.topology"))
    each = 4 if 4 in generation.chips_per_vm else max(generation.chips_per_vm)
    return row.vms if row is not None else max(1, chips // each)


def machine(block: Block, name: str = "machineType") -> TpuMachineType | None:
    """None: there is no TPU in it. Raises Undecided for a machine with TPUs that the catalogue does not know."""
    word = block.text(name).rpartition("/")[2]
    found = tpu_machine_types().get(word)
    if found is None and _LIKE_TPU.match(word):
        raise Undecided(f"what `{word}` is, which the catalogue does not know", block, name)
    return found


def machine_in(subject: Subject) -> TpuMachineType:
    """Of an instance or a template; raises NotApplicable where it has no TPU."""
    found = machine(subject)
    if found is None:
        raise NotApplicable
    return found


def pools(subject: Subject) -> list[tuple[Block, TpuMachineType]]:
    """Pools with TPUs: a node pool, or those inside a cluster. Raises NotApplicable where there is none."""
    blocks: list[Block] = [subject] if subject.type == NODE_POOL else subject.blocks("nodePools")
    found = [(pool, kind) for pool in blocks if (kind := machine(pool.block("nodeConfig"))) is not None]
    if not found:
        raise NotApplicable
    return found


def sides(generation: TpuGeneration, topology: str) -> tuple[int, ...]:
    """4x4x8 -> (4, 4, 8); nothing where it is no topology."""
    plain = topology.removesuffix(generation.untwisted_suffix) if generation.untwisted_suffix else topology
    return tuple(int(side) for side in plain.split("x")) if _SIDES.fullmatch(plain) else ()


def fault(generation: TpuGeneration, topology: str) -> str | None:
    """Why no slice has that shape, nothing where one has; None where nobody knows."""
    shapes, numbers = tpu_slices(generation.name), sides(generation, topology)
    if not numbers:
        return None if "_" in topology else f"`{topology}` is no topology"
    plain = "x".join(str(side) for side in numbers)
    if plain in shapes:
        if plain != topology and shapes[plain].twistable is False:
            return f"{plain} of {generation.name} has no twist that could be left out"
        return (
            "" if shapes[plain].schedulable is not False else f"{plain} of {generation.name} is more than one job gets"
        )
    by_rule = generation.follows_the_rule(topology)
    if by_rule is None:
        flat = (
            len(numbers) == 2 and list(numbers) == sorted(numbers) and all(side in (4, 8, 16, 32) for side in numbers)
        )
        if not shapes or (flat and prod(numbers) <= (generation.slice_chips_max or prod(numbers))):
            return None
    return "" if by_rule else f"{plain} is no shape of a slice of {generation.name}"


def nearest(generation: TpuGeneration, chips: int) -> str:
    """What to write instead: one or two shapes with about as many chips."""
    rows = sorted(tpu_slices(generation.name).values(), key=lambda row: (abs(row.chips - chips), row.chips))[:2]
    return " or ".join(row.topology for row in sorted(rows, key=lambda row: row.chips))


def policy_of(pool_or_group: Block, name: str) -> Subject | Outside | None:
    return pool_or_group.subject.world.meant(pool_or_group, name, POLICY)


def templates_of(group: Subject) -> list[Subject]:
    """What the machines of a group are made from, as far as this program makes it."""
    found = [group.world.meant(version, "instanceTemplate", *TEMPLATES) for version in group.blocks("versions")]
    return [one for one in found if isinstance(one, Subject)]


def machine_of_group(group: Subject) -> TpuMachineType:
    """Raises NotApplicable where there is no TPU in the machines that this program describes."""
    for template in templates_of(group):
        kind = machine(template)
        if kind is not None:
            return kind
    raise NotApplicable


def region_of(zone: str) -> str:
    """All but what follows the last dash, also for AI zones (us-central1-ai1a)."""
    return zone.rpartition("-")[0]


def is_zone(location: str) -> bool:
    return location.count("-") >= 2


def node_purchase(node: Block) -> str:
    scheduling = node.block("schedulingConfig")
    if scheduling.flag("spot") or scheduling.flag("preemptible"):
        return "spot"
    return "reservation" if scheduling.flag("reserved") else "on-demand"


def machine_purchase(subject: Subject) -> str:
    scheduling = subject.block("scheduling")
    model = scheduling.text("provisioningModel")
    if model == "SPOT" or scheduling.flag("preemptible"):
        return "spot"
    if model == "FLEX_START":
        return "flex-start"
    bound = model == "RESERVATION_BOUND" or subject.text("reservationAffinity.type") == "SPECIFIC_RESERVATION"
    return "reservation" if bound else "on-demand"


def pool_purchase(pool: Block) -> str:
    config = pool.block("nodeConfig")
    if config.flag("spot") or config.flag("preemptible"):
        return "spot"
    if config.flag("flexStart"):
        return "flex-start"
    affinity = config.text("reservationAffinity.consumeReservationType")
    return "reservation" if affinity == "SPECIFIC_RESERVATION" else "on-demand"
