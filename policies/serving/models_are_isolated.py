"""A model's container stands in your network, or has none at all."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject, World
from ._endpoints import CONFIGURATION, MODEL, variants

RULE = Rule(
    title="a model stands in a VPC or is isolated from the network",
    level="advisory",
    why="Otherwise its container reaches the whole internet through a network of SageMaker, past your security "
    "groups, routes and flow logs.",
    fix="set `vpcConfig` to private subnets and a security group, or `enableNetworkIsolation` to true; serverless "
    "endpoints take neither",
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-model.html",
        "Checkov CKV_AWS_370",
    ),
)


@RULE.graph(MODEL)
def check(model: Subject) -> Iterator[Said]:
    if model.has("vpcConfig") or model.flag("enableNetworkIsolation"):
        return
    serverless, unsure = model.world.once(_serverless)
    if model.urn in serverless:
        raise NotApplicable
    if unsure is not None:
        raise unsure
    yield fail(model, "the container is in no VPC, and not isolated", at="vpcConfig")


def _serverless(world: World) -> tuple[frozenset[str], Undecided | None]:
    """URNs of the models that serve without machines, which have no network of yours, and why there may be more."""
    found, unsure = set(), None
    for configuration in world.of_type(CONFIGURATION):
        try:
            for variant in variants(configuration):
                model = world.meant(variant, "modelName", MODEL) if variant.has("serverlessConfig") else None
                if isinstance(model, Subject):
                    found.add(model.urn)
        except Undecided as e:
            unsure = e
    return frozenset(found), unsure
