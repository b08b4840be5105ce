"""Which traffic does a security group let through? Its own blocks, and the rules that stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .rule import Undecided
from .world import Block, Outside, Subject, Unsure, World

Meant = Subject | Outside | Unsure
Direction = Literal["in", "out"]

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
GROUPS = (GROUP, DEFAULT_GROUP)
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
RULES: Mapping[str, Direction] = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "in",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "out",
}
BLOCKS: Mapping[str, Direction] = {"ingress": "in", "egress": "out"}
EVERYTHING = "-1"
# IANA protocol numbers, which EC2 takes for their names
PROTOCOLS = {"all": EVERYTHING, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
LAST_PORT = 65535


@dataclass(frozen=True)
class Traffic:
    """What one rule lets through. Each property is read when it is asked for, and may raise Undecided."""

    direction: Direction
    group: Subject  # whose rule it is
    where: Block = field(repr=False)

    @cached_property
    def protocol(self) -> str:
        """tcp, udp ...; -1 is everything."""
        word = (self.where.text("ipProtocol") or self.where.text("protocol")).lower()
        return PROTOCOLS.get(word, word)

    @cached_property
    def from_port(self) -> int:
        return 0 if self.protocol == EVERYTHING else int(self.where.number("fromPort", 0))

    @cached_property
    def to_port(self) -> int:
        return LAST_PORT if self.protocol == EVERYTHING else int(self.where.number("toPort", LAST_PORT))

    @cached_property
    def cidrs(self) -> tuple[str, ...]:
        """Address ranges, of both kinds."""
        names = ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks")
        return tuple(one for name in names if self.where.has(name) for one in self.where.texts(name))

    @cached_property
    def prefix_lists(self) -> tuple[str, ...]:
        names = ("prefixListId", "prefixListIds")
        return tuple(one for name in names if self.where.has(name) for one in self.where.texts(name))

    @cached_property
    def peers(self) -> tuple[Meant, ...]:
        """Security groups on the other side; the group itself is its own Subject. Who is not known is Unsure."""
        found: list[Meant] = []
        for name in ("referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"):
            if self.where.has(name):
                found += self.group.world.all_meant(self.where, name, *GROUPS)
        if not self.where.knows("self"):
            found.append(Unsure(f"whether `{self.where.at('self')}` of {self.where.subject.name} is true"))
        elif self.where.flag("self"):
            found.append(self.group)
        return tuple(dict.fromkeys(found))

    def lets(self, direction: Direction, protocol: str, port: int | None = None, last: int | None = None) -> bool:
        """Whether it lets all of that through; `port` to `last`, or all ports. Raises Undecided."""
        if self.direction != direction:
            return False
        if self.protocol == EVERYTHING:
            return True
        if self.protocol != protocol:
            return False
        first, end = (0, LAST_PORT) if port is None else (port, port if last is None else last)
        return self.from_port <= first and end <= self.to_port


def traffic(group: Subject) -> tuple[list[Traffic], list[Subject]]:
    """All that the program lets through a group, and the rules of which nobody can tell whose they are.

    A group without rules lets nothing through: the provider takes away the one that EC2 puts into each group.
    Raises Undecided where the group's own blocks are unknown.
    """
    beside, unsure = group.world.once(_rules)
    found = [Traffic(way, group, one) for name, way in BLOCKS.items() for one in group.blocks(name)]
    return [*found, *beside.get(group.urn, ())], list(unsure)


def lets(
    them: Iterable[Traffic], direction: Direction, protocol: str, port: int | None = None, last: int | None = None
) -> list[Traffic]:
    """Those that let all of that through. Raises Undecided."""
    return [one for one in them if one.lets(direction, protocol, port, last)]


def _rules(world: World) -> tuple[Mapping[str, list[Traffic]], list[Subject]]:
    found: dict[str, list[Traffic]] = {}
    unsure: list[Subject] = []
    for one in world.of_type(*RULES, OLD_RULE):
        try:
            group = world.meant(one, "securityGroupId", *GROUPS)
            way = RULES.get(one.type) or ("in" if one.text("type") == "ingress" else "out")
        except Undecided:
            unsure.append(one)
            continue
        if isinstance(group, Subject):
            found.setdefault(group.urn, []).append(Traffic(way, group, one))
    return found, unsure
