"""The API of an EKS cluster is not open to the whole internet."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="the API of a Kubernetes cluster is not open to the world",
    level="advisory",
    why="Everybody may try tokens and old weaknesses of the API server, and one that works gives them the cluster.",
    fix="set publicAccessCidrs to your own networks, or endpointPublicAccess: false and endpointPrivateAccess: true",
    references=(
        "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
        "AWS Security Hub control EKS.1",
    ),
)


@RULE.resource("aws:eks/cluster:Cluster")
def check(cluster: Subject) -> Iterator[Said]:
    config = cluster.block("vpcConfig")
    if not config.flag("endpointPublicAccess", True):
        return
    open_to = [one for one in config.texts("publicAccessCidrs") if one.endswith("/0")]
    if open_to or not config.has("publicAccessCidrs"):
        yield fail(
            config, f"the cluster's API is open to {open_to[0] if open_to else '0.0.0.0/0'}", at="publicAccessCidrs"
        )
