"""A subnetwork has an address for each TPU machine that the program puts into it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, fail
from ..world import Block, Subject, Unsure, World
from ._slices import GROUPS, QUEUED, SUBNETWORK, TPU_VM, machine, machines_of, nodes, templates_of

RULE = Rule(
    title="a subnetwork has an address for each TPU machine that the program puts into it",
    level="mandatory",
    why="A slice is had whole or not at all: where addresses run out, none of its machines comes.",
    fix="give the subnetwork a larger range",
    references=("https://cloud.google.com/vpc/docs/subnets",),
)
RESERVED = 4  # addresses of a primary range that nobody gets: https://cloud.google.com/vpc/docs/subnets
Users = dict[str, list[tuple[int, str]]]  # URN of a subnetwork -> machines and whose they are


@RULE.graph(SUBNETWORK)
def check(subnetwork: Subject) -> Iterator[Said]:
    users, doubts = subnetwork.world.once(_users)
    mine = users.get(subnetwork.urn, [])
    if not mine and not doubts:
        raise NotApplicable
    wanted = sum(machines for machines, _ in mine)
    cidr = subnetwork.text("ipCidrRange")
    try:
        room = ip_network(cidr, strict=False).num_addresses - RESERVED
    except ValueError:
        raise Undecided(f"the range of {subnetwork.name}", subnetwork, "ipCidrRange") from None
    if wanted > room:
        names = " and ".join(name for _, name in mine)
        said = f"{cidr} has room for {max(room, 0)} machines, and {wanted} are wanted by {names}"
        yield fail(subnetwork, said, at="ipCidrRange")
    elif doubts:
        yield cannot_decide(subnetwork, doubts[0], at="ipCidrRange")


def _users(world: World) -> tuple[Users, list[str]]:
    """And what nobody can tell: which subnetwork is meant, or how many machines there are."""
    users: Users = {}
    doubts: list[str] = []
    for subject in world.of_type(TPU_VM, QUEUED, *GROUPS):
        try:
            for machines, interface in _interfaces(subject):
                for found in world.all_meant(interface, "subnetwork", SUBNETWORK):
                    if isinstance(found, Subject):
                        users.setdefault(found.urn, []).append((machines, subject.name))
                    elif isinstance(found, Unsure):
                        doubts.append(found.needs)
        except NotApplicable:
            continue
        except Undecided as e:
            doubts.append(str(e))
    return users, doubts


def _interfaces(subject: Subject) -> Iterator[tuple[int, Block]]:
    """Each interface of a machine is in a subnetwork; how many machines have it."""
    if subject.type in GROUPS:
        for template in templates_of(subject):
            if machine(template) is not None:
                for interface in template.blocks("networkInterfaces"):
                    yield int(subject.number("targetSize")), interface
        return
    for node in nodes(subject):
        for config in (node.block("networkConfig"), *node.blocks("networkConfigs")):
            if config.has("subnetwork"):
                yield machines_of(node), config
