"""Networks of TPU machines take the largest packets."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import tpu_machine_types

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Block, Outside, Subject, World
from ._ranges import NETWORK, SUBNETWORK

RULE = Rule(
    title="networks of TPU machines take packets of 8896 bytes",
    level="advisory",
    why="Slices talk to each other and to storage over this network; with small packets the machines' processors are "
    "busy with them, and Google's own recipes all set the large ones.",
    fix="write `mtu: 8896`",
    references=("https://github.com/AI-Hypercomputer/tpu-recipes", "https://github.com/AI-Hypercomputer/xpk"),
)
LARGEST = 8896  # Compute Engine API, Network.mtu
USUAL = 1460  # the same, where nothing is given
TPU_VM, QUEUED = "gcp:tpu/v2Vm:V2Vm", "gcp:tpu/v2QueuedResource:V2QueuedResource"
COMPUTE = (
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
NODE_POOL, CLUSTER = "gcp:container/nodePool:NodePool", "gcp:container/cluster:Cluster"


@RULE.graph(NETWORK)
def check(network: Subject) -> Iterator[Said]:
    used, unsure = network.world.once(_networks)
    if network.urn not in used:
        if unsure:
            raise unsure[0]
        raise NotApplicable
    mtu = int(network.number("mtu", USUAL))
    if mtu < LARGEST:
        yield fail(
            network,
            f"its packets have {mtu} bytes, and {used[network.urn]} has TPUs",
            at="mtu",
            remedy={"gcp.network.mtu": LARGEST} if network.resource.step else None,
        )


def _networks(world: World) -> tuple[dict[str, str], list[Undecided]]:
    """The networks that TPU machines stand in, and one such machine of each."""
    found: dict[str, str] = {}
    unsure: list[Undecided] = []
    for one in world.of_type(TPU_VM, QUEUED, *COMPUTE, NODE_POOL):
        try:
            for block in _interfaces(one):
                network = _network(world, block)
                if isinstance(network, Subject):
                    found.setdefault(network.urn, one.name)
        except Undecided as e:
            unsure.append(e)
    return found, unsure


def _interfaces(one: Subject) -> list[Block]:
    """The blocks that name a network or a subnetwork."""
    if one.type in (TPU_VM, QUEUED):
        nodes = [one] if one.type == TPU_VM else [s.block("node") for s in one.block("tpu").blocks("nodeSpecs")]
        return [c for node in nodes for c in (*node.blocks("networkConfig"), *node.blocks("networkConfigs"))]
    kind = one.text("nodeConfig.machineType" if one.type == NODE_POOL else "machineType").rpartition("/")[2]
    if kind not in tpu_machine_types():
        return []
    if one.type == NODE_POOL:
        cluster = one.world.meant(one, "cluster", CLUSTER)
        return [cluster] if isinstance(cluster, Subject) else []
    return one.blocks("networkInterfaces")


def _network(world: World, block: Block) -> Subject | Outside | None:
    if block.has("network"):
        return world.meant(block, "network", NETWORK)
    subnetwork = world.meant(block, "subnetwork", SUBNETWORK)
    return world.meant(subnetwork, "network", NETWORK) if isinstance(subnetwork, Subject) else None
