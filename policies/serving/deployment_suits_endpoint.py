"""How an endpoint is updated is said in one way, and in one that its variants allow."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, ENDPOINT, variants

RULE = Rule(
    title="an endpoint's deployment policy is whole, and one that its variants allow",
    level="mandatory",
    why="SageMaker refuses two policies at once and shifts of no known size; for several variants, or serverless ones, "
    "there is no rolling update, and all requests move at once.",
    fix="use either `blueGreenUpdatePolicy` or `rollingUpdatePolicy`, and give the size of each shift",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html",
        "botocore 1.44.5 sagemaker DeploymentConfig",
    ),
)
BLUE, ROLLING = "blueGreenUpdatePolicy", "rollingUpdatePolicy"
SIZES = {"CANARY": "canarySize", "LINEAR": "linearStepSize"}
# percent of the machines; CanarySize, LinearStepSize and MaximumBatchSize in botocore's words
LEAST = {"canarySize": 1, "linearStepSize": 10, "maximumBatchSize": 5}
MOST = 50


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if not endpoint.has("deploymentConfig"):
        raise NotApplicable
    how = endpoint.block("deploymentConfig")
    if how.has(BLUE) and how.has(ROLLING):
        yield fail(how, f"both `{BLUE}` and `{ROLLING}` are given", at=ROLLING, fix="remove one of the two")
    if how.has(BLUE):
        yield from each(_shift, how.block(f"{BLUE}.trafficRoutingConfiguration"))
    if how.has(ROLLING):
        yield from each(_rolling, how, endpoint)


def _shift(routing: Block) -> Iterator[Said]:
    kind = routing.text("type")
    size = SIZES.get(kind)
    if size and not routing.has(size):
        yield fail(routing, f"a {kind} update has no `{size}`", at=size)
    elif size:
        yield from _percent(routing, size)


def _percent(policy: Block, size: str) -> Iterator[Said]:
    given = policy.block(size)
    if given.text("type") != "CAPACITY_PERCENT" or not given.has("value"):
        return
    percent = given.number("value")
    if not LEAST[size] <= percent <= MOST:
        words = f"`{size}` is {percent} percent, and may be {LEAST[size]} to {MOST}"
        yield fail(given, words, at="value", fix=f"write {LEAST[size]} to {MOST}")


def _rolling(how: Block, endpoint: Subject) -> Iterator[Said]:
    yield from _percent(how.block(ROLLING), "maximumBatchSize")
    configuration = endpoint.world.made(endpoint, "endpointConfigName", CONFIGURATION)
    there = variants(configuration, shadows=False) if configuration else []
    if len(there) > 1 and all(one.has("modelName") for one in there):
        yield fail(how, f"the update is rolling, and the endpoint has {len(there)} variants", at=ROLLING)
    if any(one.has("serverlessConfig") for one in there):
        yield fail(how, "the update is rolling, and the endpoint is serverless", at=ROLLING)
