"""A queued resource makes a node whose name no other resource takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._slices import QUEUED, TPU_VM

RULE = Rule(
    title="a queued resource makes a node whose name no other resource takes",
    level="mandatory",
    why="The node that a queued resource makes is a TPU VM; a second one of that name in the zone is refused, "
    "or is taken over and destroyed with the other.",
    fix="give the node another nodeId, or remove the TPU VM",
    references=(
        "https://github.com/hashicorp/terraform-provider-google/issues/24153",
        "https://github.com/GoogleCloudPlatform/magic-modules/pull/13211",
    ),
)


@RULE.graph(QUEUED)
def check(request: Subject) -> Iterator[Said]:
    others = list(request.world.of_type(TPU_VM, QUEUED))
    if len(others) == 1:
        return
    for spec in request.block("tpu").blocks("nodeSpecs"):
        if spec.has("nodeId"):
            yield from each(_free, request, spec, [one for one in others if one is not request])


def _free(request: Subject, spec: Block, others: list[Subject]) -> Iterator[Said]:
    name, zone = spec.text("nodeId"), request.target("zone")
    for other in others:
        names: list[Block] = [other] if other.type == TPU_VM else other.block("tpu").blocks("nodeSpecs")
        at = "name" if other.type == TPU_VM else "nodeId"
        for one in names:
            if not one.knows(at) and _is_first(request, other):
                yield cannot_decide(one, f"whether {other.name} is called {name} too", at=at)
            elif one.raw(at) == name and _is_first(request, other) and other.target("zone") == zone:
                yield fail(spec, f"{name} is the name of {other.name} in {zone} too", at="nodeId")


def _is_first(request: Subject, other: Subject) -> bool:
    """Of two requests with one name, only one says it."""
    return other.type == TPU_VM or request.urn > other.urn
