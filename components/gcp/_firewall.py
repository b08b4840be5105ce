"""Who may talk to whom in a network?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import pulumi
import pulumi_gcp as gcp
from pydantic import AfterValidator, Field, model_validator

from ..addresses import Cidr
from ..component import Component, Input, Strict
from ..names import Like, RuleName

IAP_RANGE = "35.235.240.0/20"  # from which Identity-Aware Proxy forwards TCP
SSH = "22"
# Managed Lustre listens on 988, and on 6988 for GKE's older clients
LUSTRE_PORTS = ("988", "6988")
WITH_PORTS = ("tcp", "udp", "sctp")  # compute v1 discovery, Firewall.allowed[].ports: of these protocols only


def _is_port(text: str) -> str:
    first, _, last = text.partition("-")
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?", text) or not int(first) <= int(last or first) <= 65535:
        raise ValueError("must be a port or a range of ports; fix: write it like 22, or 8000-8010")
    return text


Port = Annotated[str, AfterValidator(_is_port)]
NetworkTag = Annotated[
    str,
    Like(
        r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "a network tag has lower-case letters, digits and hyphens, at most 63; fix: write it like tpu-workers",
    ),
]


class FirewallRule(Strict):
    direction: Literal["ingress", "egress"] = Field(
        default="ingress", description="Whether the rule is for connections that come in, or that go out."
    )
    action: Literal["allow", "deny"] = Field(default="allow", description="What happens to such connections.")
    protocol: Literal["all", "tcp", "udp", "icmp", "sctp", "esp", "ah", "ipip"] = Field(
        default="tcp", description="Protocol of the connections."
    )
    ports: list[Port] = Field(
        default=[], description="Ports that connections lead to, as texts (22, 8000-8010); all if left out."
    )
    cidrs: list[Input[Cidr]] = Field(
        default=[], description="Ranges at the other end: where connections come from, or where they go."
    )
    source_tags: list[NetworkTag] = Field(
        default=[], description="Network tags of the machines that connections come from, for ingress only."
    )
    target_tags: list[NetworkTag] = Field(
        default=[], description="Network tags of the machines that the rule is for; if left out, all of the network."
    )
    target_service_accounts: list[Input[str]] = Field(
        default=[], description="Service accounts of the machines that the rule is for, instead of tags."
    )
    priority: Input[Annotated[int, Field(ge=0, le=65535)]] = Field(
        default=1000, description="Which of two rules holds: that with the lower number, and `deny` among equals."
    )

    @model_validator(mode="after")
    def _possible(self) -> FirewallRule:
        if self.ports and self.protocol not in WITH_PORTS:
            raise ValueError(f"has ports, and {self.protocol} has none; fix: remove ports, or write protocol: tcp")
        if self.direction == "egress" and self.source_tags:
            raise ValueError("has source_tags, which no rule for egress takes; fix: use target_tags")
        if not self.cidrs and not self.source_tags:
            raise ValueError("says no other end; fix: add cidrs, as [0.0.0.0/0] for anywhere")
        if self.target_service_accounts and (self.target_tags or self.source_tags):
            raise ValueError("has tags and service accounts, which exclude each other; fix: remove one of them")
        return self


def traffic(
    component: Component,
    role: str,
    network: pulumi.Input[str],
    sources: Sequence[pulumi.Input[str]],
    ports_by_protocol: Mapping[str, Sequence[str]],
    logged: bool,
) -> gcp.compute.Firewall:
    """A rule of our own that lets connections in; no ports are all ports."""
    return gcp.compute.Firewall(
        component.child(role),
        network=network,
        direction="INGRESS",
        source_ranges=list(sources),
        allows=[
            gcp.compute.FirewallAllowArgs(protocol=protocol, ports=list(ports) or None)
            for protocol, ports in ports_by_protocol.items()
        ],
        log_config=_log(logged),
        opts=component.below(),
    )


def rules(
    component: Component, network: pulumi.Input[str], wanted: Mapping[RuleName, FirewallRule], logged: bool
) -> list[gcp.compute.Firewall]:
    """The user's own."""
    return [_rule(component, f"rule-{name}", network, rule, logged) for name, rule in wanted.items()]


def _rule(
    component: Component, role: str, network: pulumi.Input[str], rule: FirewallRule, logged: bool
) -> gcp.compute.Firewall:
    comes_in, ports = rule.direction == "ingress", list(rule.ports) or None
    allows = [gcp.compute.FirewallAllowArgs(protocol=rule.protocol, ports=ports)] if rule.action == "allow" else None
    denies = [gcp.compute.FirewallDenyArgs(protocol=rule.protocol, ports=ports)] if rule.action == "deny" else None
    return gcp.compute.Firewall(
        component.child(role),
        network=network,
        direction="INGRESS" if comes_in else "EGRESS",
        source_ranges=list(rule.cidrs) or None if comes_in else None,
        source_tags=list(rule.source_tags) or None,
        destination_ranges=None if comes_in else list(rule.cidrs),
        target_tags=list(rule.target_tags) or None,
        target_service_accounts=list(rule.target_service_accounts) or None,
        allows=allows,
        denies=denies,
        priority=rule.priority,
        log_config=_log(logged),
        opts=component.below(),
    )


def _log(logged: bool) -> gcp.compute.FirewallLogConfigArgs | None:
    return gcp.compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA") if logged else None
