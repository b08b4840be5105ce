"""A placement group says nothing that its strategy does not know."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import PLACEMENT_GROUP
from ..rule import Rule, Said, fail
from ..world import Subject
from .placement_group_takes_the_machine import PLACEMENT_GUIDE

RULE = Rule(
    title="partitions and spread levels are only given for placement groups that have them",
    level="mandatory",
    why="The provider refuses a number of partitions or a spread level with another strategy.",
    fix="remove it, or change `strategy`",
    references=(PLACEMENT_GUIDE, "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/placementgroup/"),
)
ONLY_FOR = {"partitionCount": "partition", "spreadLevel": "spread"}
PARTITIONS = 7  # EC2 User Guide, partition placement groups: partitions in a zone


@RULE.resource(PLACEMENT_GROUP)
def check(group: Subject) -> Iterator[Said]:
    strategy = group.text("strategy")
    for name, only in ONLY_FOR.items():
        if strategy != only and group.has(name) and group.get(name):
            yield fail(group, f"`{name}` is given for a {strategy} placement group", at=name)
    if strategy == "partition" and group.number("partitionCount", 1) > PARTITIONS:
        words = f"{group.number('partitionCount')} partitions are asked for, and a zone has {PARTITIONS}"
        yield fail(group, words, at="partitionCount")
