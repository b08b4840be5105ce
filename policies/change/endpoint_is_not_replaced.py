"""An endpoint that serves a model is updated, not replaced."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said
from ..world import SubjectChange
from ._going import gone, said

RULE = Rule(
    title="a serving endpoint is updated and not replaced",
    level="mandatory",
    why="While an endpoint is replaced nobody answers under its name, and its machines have to be had a second time.",
    fix="keep `name` and where it stands; a new endpoint configuration alone is rolled out behind the same name",
    references=(
        "https://github.com/hashicorp/terraform-provider-aws/issues/40080",
        "https://github.com/hashicorp/terraform-provider-aws/issues/21811",
    ),
)


@RULE.change(
    "aws:sagemaker/endpoint:Endpoint",
    "gcp:vertex/aiEndpoint:AiEndpoint",
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
)
def check(change: SubjectChange) -> Iterator[Said]:
    if gone(change) is not None:
        yield from said(change, "and its callers get no answer")
