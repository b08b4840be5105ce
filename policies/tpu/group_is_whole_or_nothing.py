"""The machines of a TPU slice are made all at once, and none is repaired alone."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._slices import GROUPS, machine_of_group

RULE = Rule(
    title="the machines of a TPU slice are made all at once, and none is repaired alone",
    level="advisory",
    why="Machine by machine, some wait and cost while others are not to be had; and one that is made anew alone is "
    "not in the torus of the others.",
    fix="write targetSizePolicies: [{mode: BULK}] and defaultActionOnFailure: DO_NOTHING",
    references=("https://docs.cloud.google.com/compute/docs/instance-groups/about-workload-policies",),
)


@RULE.graph(*GROUPS)
def check(group: Subject) -> Iterator[Said]:
    machine_of_group(group)
    if not group.has("resourcePolicies") or group.number("targetSize") <= 1:
        raise NotApplicable
    size = group.text("targetSize")
    if "BULK" not in [policy.text("mode") for policy in group.blocks("targetSizePolicies")]:
        said = f"the {size} machines of the slice are made one by one"
        yield fail(group, said, at="targetSizePolicies", fix="write targetSizePolicies: [{mode: BULK}]")
    lifecycle = group.block("instanceLifecyclePolicy")
    if lifecycle.text("defaultActionOnFailure", "REPAIR") != "DO_NOTHING":
        said = f"each of the {size} machines of the slice is repaired alone"
        yield fail(lifecycle, said, at="defaultActionOnFailure", fix="write defaultActionOnFailure: DO_NOTHING")
