"""A TPU VM says once which slice it is, and once which networks it has."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._slices import QUEUED, TPU_VM, nodes

RULE = Rule(
    title="a TPU VM says once which slice it is, and once which networks it has",
    level="mandatory",
    why="With neither the provider silently asks for a v2-8; with both it refuses the resource.",
    fix="write acceleratorType, or acceleratorConfig with type and topology",
    references=(
        "https://cloud.google.com/tpu/docs/reference/rest/v2/AcceleratorConfig",
        "pulumi_gcp 10.2.0, tpu.V2Vm: accelerator_type, network_config",
    ),
)


@RULE.resource(TPU_VM, QUEUED)
def check(subject: Subject) -> Iterator[Said]:
    for node in nodes(subject):
        by_name, by_config = node.has("acceleratorType"), node.has("acceleratorConfig")
        if not by_name and not by_config:
            yield fail(node, "no slice is named, so a v2-8 will be made", at="acceleratorType")
        if by_name and by_config:
            said = "`acceleratorType` and `acceleratorConfig` are both given"
            yield fail(node, said, at="acceleratorConfig", fix="remove one of the two")
        if node.has("networkConfig") and node.has("networkConfigs"):
            said = "`networkConfig` and `networkConfigs` are both given"
            yield fail(node, said, at="networkConfigs", fix="remove one of the two")
