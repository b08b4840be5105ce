"""Lustre's ports are open among the servers of a file system, and both ways between them and their clients."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Subject
from ._lustre import PORTS, SYSTEM, client_groups, own_groups, passes, strangers

RULE = Rule(
    title="the ports of Lustre are open both ways between file servers and their clients",
    level="mandatory",
    why="FSx refuses a group that does not let port 988 through, and a mount hangs without all of them both ways.",
    fix="let tcp 988 and 1018-1023 in and out, in the group of the file servers and in that of the clients",
    references=(
        "https://docs.aws.amazon.com/fsx/latest/LustreGuide/cannot-create-fs.html",
        "https://github.com/aws/aws-parallelcluster/issues/6181",
        "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/issues/35",
    ),
)


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    groups = own_groups(system)
    names = ", ".join(one.name for one in groups)
    for direction in ("in", "out"):
        yield from each(_closed, system, groups, direction, groups, names, "among the file servers")
    for needs in strangers(groups):
        yield cannot_decide(groups[0], needs)
    for client in client_groups(groups):
        for direction in ("in", "out"):
            yield from each(_closed, system, groups, direction, [client], names, f"with {client.name}")
            yield from each(_closed, system, [client], direction, groups, client.name, f"with {names}")


def _closed(
    system: Subject, groups: list[Subject], direction: str, peers: list[Subject], names: str, whom: str
) -> Iterator[Said]:
    closed = [_port(one) for one in PORTS if not passes(groups, direction, peers, one)]
    if closed:
        where = groups[0] if groups[0].urn != system.urn else system
        yield fail(where, f"{names} does not let tcp {' and '.join(closed)} {direction} {whom}")


def _port(ports: tuple[int, int]) -> str:
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
