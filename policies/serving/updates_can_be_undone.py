"""An update of an endpoint is watched by alarms that undo it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, ENDPOINT, variants

RULE = Rule(
    title="an endpoint's updates are undone by alarms",
    level="advisory",
    why="Without alarms all requests move to the new machines, and a bad model stays until somebody notices.",
    fix="set `deploymentConfig.autoRollbackConfiguration.alarms` to an alarm on Invocation5XXErrors, and a policy that "
    "moves a share of the requests first",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html",
        "https://github.com/hashicorp/terraform-provider-aws/issues/40080",
    ),
)


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if endpoint.get("deploymentConfig.autoRollbackConfiguration.alarms"):
        return
    configuration = endpoint.world.meant(endpoint, "endpointConfigName", CONFIGURATION)
    if isinstance(configuration, Subject) and any(_has_no_guardrails(one) for one in variants(configuration)):
        raise NotApplicable
    yield fail(endpoint, "no alarm undoes a bad update", at="deploymentConfig")


def _has_no_guardrails(variant: Block) -> bool:
    """Inference components are updated one by one; serverless endpoints and Inf1 always all at once."""
    if not variant.has("modelName") or variant.has("serverlessConfig"):
        return True
    return variant.text("instanceType").startswith("ml.inf1.")
