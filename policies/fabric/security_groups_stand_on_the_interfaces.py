"""A launch template that writes network interfaces writes security groups there."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a launch template with network interfaces names security groups on them alone",
    level="mandatory",
    why="EC2 refuses a launch that names security groups both for the machine and for its interfaces.",
    fix="move the security groups to `securityGroups` of each network interface",
    references=(
        "https://github.com/hashicorp/terraform-provider-aws/issues/4570",
        "https://github.com/hashicorp/terraform-provider-aws/issues/14440",
        "https://github.com/pulumi/pulumi-aws/issues/2506",
    ),
)


@RULE.resource(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    if not template.blocks("networkInterfaces"):
        raise NotApplicable
    for name in ("vpcSecurityGroupIds", "securityGroupNames"):
        if template.elements(name):
            yield fail(template, f"`{name}` is given beside `networkInterfaces`", at=name)
