"""What does a security group let in from the whole internet?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..rule import Undecided
from ..security_groups import DEFAULT_GROUP, EVERYTHING, GROUP, LAST_PORT, OLD_RULE, PROTOCOLS
from ..world import Block, Subject

INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
HOLDERS = (GROUP, DEFAULT_GROUP, OLD_RULE, INGRESS_RULE)
RANGES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
PINGS = ("icmp", "icmpv6")
NETWORKS = {  # whose ranges others name
    "aws:ec2/vpc:Vpc",
    "aws:ec2/defaultVpc:DefaultVpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/eip:Eip",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/securityGroup:SecurityGroup",
}
ADMINISTRATION = {22: "SSH", 3389: "RDP"}  # ports assigned by IANA


@dataclass(frozen=True)
class Opened:
    """One rule that lets everybody in."""

    where: Block
    at: str  # the input that names the range
    world: str  # 0.0.0.0/0
    first: int
    last: int

    @property
    def everything(self) -> bool:
        return (self.first, self.last) == (0, LAST_PORT)

    @property
    def words(self) -> str:
        if self.everything:
            return "all ports"
        return f"port {self.first}" if self.first == self.last else f"ports {self.first} to {self.last}"

    @property
    def administers(self) -> list[str]:
        """SSH, RDP: what is reached by it."""
        return administered(self.first, self.last)


def administered(first: int, last: int) -> list[str]:
    return [f"{word} (port {port})" for port, word in ADMINISTRATION.items() if first <= port <= last]


def ingress(holder: Subject) -> list[Block]:
    """The rules for incoming traffic that a group or a rule resource is made of. Raises Undecided."""
    if holder.type == INGRESS_RULE:
        return [holder]
    if holder.type == OLD_RULE:
        return [holder] if holder.text("type") == "ingress" else []
    return holder.blocks("ingress")


def opened(rule: Block) -> Iterator[Opened]:
    """Of one rule: each range that is the whole internet. Pings are let through. Raises Undecided."""
    for at in RANGES:
        given = rule.raw(at)  # one may be unknown and still be told
        for i, value in enumerate(given if isinstance(given, list) else [] if given is None else [given]):
            where = f"{at}[{i}]" if isinstance(given, list) else at
            if not isinstance(value, str) and _is_of_a_network(rule, where):
                continue
            if not isinstance(value, str):
                raise Undecided(f"`{rule.at(where)}` of {rule.subject.name}, known only after `up`", rule, where)
            if value.endswith(("/0", "/1")):
                first, last = ports(rule)
                if first >= 0:
                    yield Opened(rule, where, value, first, last)


def _is_of_a_network(rule: Block, at: str) -> bool:
    """Whether an unknown range comes from a network of the program: that is never the whole internet."""
    path = rule.at(at)
    resource = rule.subject.resource
    sources = resource.references.get(path) or resource.property_dependencies.get(path.partition("[")[0], ())
    types = {urn.split("::")[2].rpartition("$")[2] for urn in sources}
    return bool(types) and types <= NETWORKS


def ports(rule: Block) -> tuple[int, int]:
    """The first and the last; none that administers for pings. Raises Undecided."""
    word = (rule.text("ipProtocol") or rule.text("protocol")).lower()
    protocol = PROTOCOLS.get(word, word)
    if protocol == EVERYTHING:
        return 0, LAST_PORT
    if protocol in PINGS:
        return -1, -1
    return int(rule.number("fromPort", 0)), int(rule.number("toPort", LAST_PORT))
