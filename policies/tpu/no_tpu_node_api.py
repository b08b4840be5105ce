"""No TPU is made by the old API of TPU nodes."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="no TPU is made by the old API of TPU nodes",
    level="mandatory",
    why="Google refuses TPU nodes; a TPU VM, a group on Compute Engine or a GKE pool is what it makes.",
    fix="use gcp.tpu.V2Vm, or a group of instances with TPUs",
    references=(
        "https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/4054",
        "https://github.com/skypilot-org/skypilot/pull/5593",
    ),
)


@RULE.resource("gcp:tpu/node:Node", "gcp:tpu/v2Vm:V2Vm")
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == "gcp:tpu/node:Node":
        kind = word if isinstance(word := subject.raw("acceleratorType"), str) else "TPU"
        yield fail(subject, f"a {kind} is asked for as a TPU node, which the API refuses", at="acceleratorType")
