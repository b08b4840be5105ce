"""A subnetwork of Google Cloud logs its flows."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a subnetwork of Google Cloud logs its flows",
    level="advisory",
    why="Without flow logs nobody can tell afterwards who talked to whom.",
    fix="write logConfig with aggregationInterval and flowSampling",
    references=(
        "https://docs.cloud.google.com/vpc/docs/flow-logs",
        "https://cloud.google.com/vpc/docs/using-flow-logs",
    ),
)
# compute v1, Subnetwork.purpose: no machine is in any other, and flow logs are refused for proxies
WITH_MACHINES = ("", "PRIVATE", "PRIVATE_RFC_1918")


@RULE.resource("gcp:compute/subnetwork:Subnetwork")
def check(subnetwork: Subject) -> Iterator[Said]:
    if subnetwork.text("purpose") not in WITH_MACHINES:
        raise NotApplicable
    if not subnetwork.has("logConfig"):
        yield fail(subnetwork, f"{subnetwork.name} logs no flows", at="logConfig")
    elif subnetwork.block("logConfig").number("flowSampling", 0.5) == 0:
        yield fail(subnetwork, f"{subnetwork.name} samples no flows", at="logConfig.flowSampling")
