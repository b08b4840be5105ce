"""What is scaled is a variant that the endpoint has, and is named as its dimension asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._endpoints import (
    OF_COPIES,
    OF_MACHINES,
    OF_WARM_REQUESTS,
    TARGET,
    configuration_of,
    endpoint_of,
    is_ours,
    variants,
)

RULE = Rule(
    title="what Application Auto Scaling scales is there",
    level="mandatory",
    why="RegisterScalableTarget refuses a variant that the endpoint does not have, or an id of another form.",
    fix="write `resourceId` as endpoint/<endpoint>/variant/<variant>, or inference-component/<name>",
    references=(
        "botocore 1.44.5 application-autoscaling RegisterScalableTarget",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html",
    ),
)


@RULE.graph(TARGET)
def check(target: Subject) -> Iterator[Said]:
    dimension = target.text("scalableDimension")
    if dimension not in (OF_MACHINES, OF_WARM_REQUESTS, OF_COPIES):
        raise NotApplicable
    if not target.knows("resourceId") and is_ours(target):
        raise NotApplicable  # our component makes the id and the variant from one name
    parts = target.text("resourceId").split("/")
    if dimension == OF_COPIES:
        if len(parts) != 2 or parts[0] != "inference-component":
            yield fail(target, f"`{dimension}` is no number of {'/'.join(parts)}", at="resourceId")
        return
    if len(parts) != 4 or parts[0] != "endpoint" or parts[2] != "variant":
        yield fail(target, f"`{dimension}` is no number of {'/'.join(parts)}", at="resourceId")
        return
    names = [one.text("variantName") for one in variants(configuration_of(endpoint_of(target)), shadows=False)]
    if parts[3] not in names:
        said = f"the endpoint has no variant {parts[3]}, but {' and '.join(names)}"
        yield fail(target, said, at="resourceId", fix=f"write endpoint/{parts[1]}/variant/{names[0]}" if names else "")
