"""An FSx for Lustre file system stands in exactly one subnet."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="an FSx for Lustre file system stands in one subnet",
    level="mandatory",
    why="FSx for Lustre is built in one zone; a request with several subnets is refused after minutes.",
    fix="name one subnet, that of the machines which mount it",
    references=("https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",),
)


@RULE.resource("aws:fsx/lustreFileSystem:LustreFileSystem")
def check(system: Subject) -> Iterator[Said]:
    given = system.raw("subnetIds")  # not get(): the SDKs take one text here, and one that is unknown is still one
    if isinstance(given, list) and len(given) > 1:
        yield fail(system, f"{len(given)} subnets are named", at="subnetIds")
