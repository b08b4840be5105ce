"""A network's default security group lets nothing through, and no machine is in it for want of another."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import INSTANCE, SPOT_INSTANCE, launch_of
from ..rule import Rule, Said, cannot_decide, fail
from ..security_groups import DEFAULT_GROUP
from ..world import Subject, Unsure

RULE = Rule(
    title="the default security group is not used",
    level="advisory",
    why="Whatever is made without a group lands in it, and then everything in it may talk to everything else.",
    fix="make a security group for it, and leave ingress and egress of the default group empty",
    references=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
        "AWS Security Hub control EC2.2",
    ),
)


@RULE.graph(DEFAULT_GROUP, INSTANCE, SPOT_INSTANCE)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == DEFAULT_GROUP:
        for way in ("ingress", "egress"):
            if rules := subject.elements(way):
                count = "a rule" if len(rules) == 1 else f"{len(rules)} rules"
                yield fail(subject, f"the default group has {count} for {way}", at=way)
        return
    groups = launch_of(subject).security_groups()
    if not groups:
        yield fail(subject, f"{subject.name} names no security group, so it gets the network's default one")
    elif any(isinstance(one, Subject) and one.type == DEFAULT_GROUP for one in groups):
        yield fail(subject, f"{subject.name} is in the network's default group", at="vpcSecurityGroupIds")
    elif unsure := next((one for one in groups if isinstance(one, Unsure)), None):
        yield cannot_decide(subject, unsure.needs)
