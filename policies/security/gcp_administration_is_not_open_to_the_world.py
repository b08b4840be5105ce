"""No firewall rule of Google Cloud lets the whole world in to SSH, RDP, or every port."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject

RULE = Rule(
    title="no firewall rule of Google Cloud lets the whole world in to SSH, RDP, or every port",
    level="mandatory",
    why="Administration ports that anybody reaches are tried within minutes; Google's tunnel needs only its own range.",
    fix="let in 35.235.240.0/20, the range of IAP tunnels, or the addresses of your own networks",
    references=("https://cloud.google.com/vpc/docs/firewalls",),
)
FIREWALL = "gcp:compute/firewall:Firewall"
OF_POLICIES = (
    "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
    "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
)
PORTS = {22: "SSH", 3389: "RDP"}
TCP = ("tcp", "6")
SOURCES = ("sourceRanges", "sourceTags", "sourceServiceAccounts")
NARROWED_BY = ("srcNetworkContext", "srcNetworkScope", "srcNetworks", "srcRegionCodes", "srcSecureTags", "srcFqdns")


@RULE.resource(FIREWALL, *OF_POLICIES)
def check(rule: Subject) -> Iterator[Said]:
    if rule.text("direction", "INGRESS") != "INGRESS" or rule.flag("disabled"):
        raise NotApplicable
    if rule.type == FIREWALL:
        if not rule.has("allows"):
            raise NotApplicable
        match: Block = rule
        allowed = [(one, "protocol") for one in rule.blocks("allows")]
        at, anybody = "sourceRanges", not any(rule.has(name) for name in SOURCES)
    else:
        match = rule.block("match")
        if rule.text("action") != "allow" or any(match.has(name) for name in NARROWED_BY):
            raise NotApplicable
        allowed = [(one, "ipProtocol") for one in match.blocks("layer4Configs")]
        at, anybody = "srcIpRanges", not match.has("srcIpRanges")
    for one, protocol in allowed:
        yield from each(_open, match, at, anybody, one, one.text(protocol).lower())


def _open(where: Block, at: str, anybody: bool, allowed: Block, protocol: str) -> Iterator[Said]:
    reached = _reached(allowed, protocol)
    if not reached:
        return
    ranges = ["everywhere"] if anybody else [one for one in where.texts(at) if _is_world(one)]
    if ranges:
        yield fail(where, f"{ranges[0]} may reach {reached}", at=at)


def _reached(allowed: Block, protocol: str) -> str:
    if protocol == "all":
        return "every port of every protocol"
    if protocol not in TCP:
        return ""
    ports = allowed.texts("ports")
    if not ports:
        return "every TCP port"
    found = [f"port {port} ({PORTS[port]})" for port in PORTS if any(_has(one, port) for one in ports)]
    return " and ".join(found)


def _has(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    return first.isdecimal() and int(first) <= port <= int(last if last.isdecimal() else first)


def _is_world(text: str) -> bool:
    try:
        return ip_network(text, strict=False).prefixlen <= 1  # two halves are the whole
    except ValueError:
        return False
