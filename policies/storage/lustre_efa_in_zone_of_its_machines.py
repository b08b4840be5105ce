"""A Lustre file system with EFA stands in the zone of its clients, of which some speak EFA with it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said
from ..world import Subject
from ._lustre import SYSTEM
from .lustre_in_zone_of_its_machines import apart

RULE = Rule(
    title="a Lustre file system with EFA stands in the zone of its clients",
    level="mandatory",
    why="EFA does not leave a zone: from another one a file system that was bought for EFA is reached over TCP.",
    fix="put the file system into a subnet of the machines' zone",
    references=("https://github.com/awslabs/awsome-distributed-ai/pull/1227",),
)


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    if not system.flag("efaEnabled"):
        raise NotApplicable
    yield from apart(system)
