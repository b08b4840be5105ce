"""Machines of UltraServers come in the numbers that UltraServers are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ultrastack.catalog import ultraservers_of

from ..launches import RESERVATION_GROUP, Launch, launches
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Outside, Subject, World
from ._blocks import name_of, sure

RULE = Rule(
    title="machines of UltraServers come in whole UltraServers, one on each block",
    level="mandatory",
    why="An UltraServer is bought as a whole: what is not launched is paid for, a job that needs all of it does not "
    "start, and what is too many finds no room.",
    fix="launch as many machines as the UltraServers of the pool have, and give each UltraServer its own block",
    references=(
        "https://awsdocs-neuron.readthedocs-hosted.com/en/latest/deploy/eks/ultraserver-operator.html",
        "https://github.com/GoogleCloudPlatform/cluster-toolkit/pull/6301",
    ),
)
Pool = list[tuple[Launch, list[Subject | Outside]]]  # what starts machines, and the reservations that it uses


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    pools: dict[tuple[str, str], Pool] = {}  # by machine and reservations
    undecided: list[Said] = []
    for launch in launches(world):
        try:
            for machine in [one.name for one in launch.machines() if ultraservers_of(one.name)][:1]:
                named = [sure(one) for one in launch.reservations()]
                pools.setdefault((machine, " ".join(map(name_of, named))), []).append((launch, named))
        except Undecided as e:
            undecided.append(e.said)
    if not pools and not undecided:
        raise NotApplicable
    for (machine, _), pool in pools.items():
        yield from each(_whole, machine, pool, bool(undecided))
    yield from undecided


def _whole(machine: str, pool: Pool, maybe_more: bool) -> Iterator[Said]:
    first, reservations = pool[0]
    sizes = sorted(one.machines for one in ultraservers_of(machine))
    number = sum(launch.most() for launch, _ in pool)
    on = f" on {' and '.join(map(name_of, reservations))}" if reservations else ""
    if number and not any(number % size == 0 for size in sizes) and not maybe_more:
        yield fail(first.subject, f"{number} {machine}{on}, and an UltraServer has {' or '.join(map(str, sizes))}")
    elif reservations and not _is_group(reservations) and number > sizes[-1] * len(reservations):
        yield fail(
            first.subject,
            f"{number} {machine}{on}, and the block of an UltraServer has {sizes[-1]}",
            fix="give each UltraServer its own block, or name a resource group that holds the blocks",
        )


def _is_group(reservations: Sequence[Subject | Outside]) -> bool:
    return any(
        one.type == RESERVATION_GROUP if isinstance(one, Subject) else one.id.startswith("arn:") for one in reservations
    )
