"""Google's subnetworks have an address for each TPU machine that stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..tpu._slices import CLUSTER, GROUPS, NODE_POOL, QUEUED, TEMPLATES, TPU_VM, machines_of, nodes
from ..world import Block, Subject, World
from ._ranges import SUBNETWORK, range_of

RULE = Rule(
    title="a subnetwork has addresses for all TPU machines that stand in it",
    level="mandatory",
    why="A slice is all or nothing: with one address too few none of its machines is made.",
    fix="use a larger range; `gcloud compute networks subnets expand-ip-range` can widen one that exists",
    references=("https://cloud.google.com/sdk/gcloud/reference/compute/networks/subnets/expand-ip-range",),
)
RESERVED = 4  # of each primary range, Compute Engine's VPC documentation


@RULE.graph(SUBNETWORK)
def check(subnetwork: Subject) -> Iterator[Said]:
    users, unsure = subnetwork.world.once(_users)
    given = range_of(subnetwork, "ipCidrRange")
    if subnetwork.urn not in users:
        if unsure:
            raise unsure[0]
        raise NotApplicable
    if given is None:
        raise NotApplicable
    names, wanted = users[subnetwork.urn]
    room = given.num_addresses - RESERVED
    if wanted > room:
        by = " and ".join(names) if len(names) <= 3 else f"{len(names)} users"
        yield fail(subnetwork, f"{given} has {room} addresses, and {by} may take {wanted}", at="ipCidrRange")
    elif unsure:
        raise unsure[0]


def _users(world: World) -> tuple[Mapping[str, tuple[list[str], int]], list[Undecided]]:
    found: dict[str, tuple[list[str], int]] = {}
    unsure: list[Undecided] = []
    for one in world.of_type(TPU_VM, QUEUED, *GROUPS, NODE_POOL):
        try:
            for block, number in _asked(one):
                subnetwork = world.meant(block, "subnetwork", SUBNETWORK)
                if isinstance(subnetwork, Subject):
                    names, total = found.get(subnetwork.urn, ([], 0))
                    found[subnetwork.urn] = (list(dict.fromkeys((*names, one.name))), total + number)
        except NotApplicable:
            continue
        except Undecided as e:
            unsure.append(e)
    return found, unsure


def _asked(one: Subject) -> Iterator[tuple[Block, int]]:
    """Who names a subnetwork, and how many addresses it takes of it."""
    if one.type in (TPU_VM, QUEUED):
        for node in nodes(one):
            for config in (*node.blocks("networkConfig"), *node.blocks("networkConfigs")):
                yield config, machines_of(node)
    elif one.type == NODE_POOL:
        cluster = one.world.meant(one, "cluster", CLUSTER)
        if isinstance(cluster, Subject):
            yield cluster, _nodes(one)
    else:
        for version in one.blocks("versions"):
            template = one.world.meant(version, "instanceTemplate", *TEMPLATES)
            if isinstance(template, Subject):
                for interface in template.blocks("networkInterfaces"):
                    yield interface, int(one.number("targetSize"))


def _nodes(pool: Subject) -> int:
    """Numbers of a pool are for each of its zones."""
    zones = max(1, len(pool.elements("nodeLocations")))
    scaling = pool.block("autoscaling")
    if scaling.has("totalMaxNodeCount"):
        return int(scaling.number("totalMaxNodeCount"))
    each = max(int(pool.number("nodeCount")), int(pool.number("initialNodeCount")), int(scaling.number("maxNodeCount")))
    return each * zones
