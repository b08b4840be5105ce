"""A TPU VM of several machines has more than the usual time to be created."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._slices import TPU_VM, machines_of

RULE = Rule(
    title="a TPU VM of several machines has more than the usual time to be created",
    level="advisory",
    why="The provider gives up after 20 minutes, while the slice is still being made and then costs unseen.",
    fix="set custom_timeouts with create: 60m",
    references=(
        "pulumi_gcp 10.2.0, tpu.V2Vm: timeouts",
        "https://github.com/hashicorp/terraform-provider-google/issues/21243",
    ),
)


@RULE.resource(TPU_VM)
def check(node: Subject) -> Iterator[Said]:
    machines = machines_of(node)
    if machines == 1:
        raise NotApplicable
    if "create" not in node.resource.options.custom_timeouts:
        yield fail(node, f"the slice has {machines} machines and 20 minutes to be created")
