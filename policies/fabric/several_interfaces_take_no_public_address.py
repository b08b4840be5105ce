"""A machine with several network interfaces asks for no public address."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a machine with several network interfaces asks for no public address",
    level="mandatory",
    why="EC2 gives a public address at launch only to a machine with a single interface, and refuses any other.",
    fix="remove `associatePublicIpAddress` and put the machine into a subnet with a NAT gateway",
    references=(
        "https://github.com/aws/karpenter-provider-aws/pull/5666",
        "https://github.com/zalando-incubator/kubernetes-on-aws/pull/8733",
        "https://github.com/dstackai/dstack/pull/2271",
    ),
)


@RULE.resource(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    interfaces = template.blocks("networkInterfaces")
    if len(interfaces) < 2:
        raise NotApplicable
    for one in interfaces:
        if one.flag("associatePublicIpAddress"):
            words = f"a public address is asked for on a machine with {len(interfaces)} interfaces"
            yield fail(one, words, at="associatePublicIpAddress")
