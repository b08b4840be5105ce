"""The security groups of a Lustre file system with EFA let all traffic through, by group, to itself and its clients."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Subject
from ._lustre import SYSTEM, client_groups, own_groups, passes, strangers

RULE = Rule(
    title="security groups of a Lustre file system with EFA name each other for all traffic",
    level="mandatory",
    why="FSx refuses it otherwise, or clients fall back to TCP in silence; address ranges do not count.",
    fix="let all protocols in and out, naming the group of the file servers and that of the clients by id",
    references=("https://docs.aws.amazon.com/fsx/latest/LustreGuide/cannot-create-fs.html",),
)


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    if not system.flag("efaEnabled"):
        raise NotApplicable
    groups = own_groups(system)
    names = ", ".join(one.name for one in groups)
    for direction in ("in", "out"):
        yield from each(_closed, groups, direction, groups, names, "itself")
    for needs in strangers(groups):
        yield cannot_decide(groups[0], needs)
    for client in client_groups(groups):
        for direction in ("in", "out"):
            yield from each(_closed, groups, direction, [client], names, client.name)
            yield from each(_closed, [client], direction, groups, client.name, names)


def _closed(groups: list[Subject], direction: str, peers: list[Subject], names: str, whom: str) -> Iterator[Said]:
    if not passes(groups, direction, peers, by_group=True):
        way = "from" if direction == "in" else "to"
        yield fail(groups[0], f"{names} does not let all traffic {direction} {way} {whom} by its id")
