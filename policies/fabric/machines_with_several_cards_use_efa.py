"""Machines with several network cards that are launched together use EFA."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import FLEET, GROUP, NODE_GROUP, SPOT_FLEET, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._interfaces import CARDS_GUIDE, wired

RULE = Rule(
    title="machines with several network cards that are launched together use EFA",
    level="advisory",  # each may work alone
    why="Without EFA a job over several machines uses TCP on one network card, many times slower, and says nothing.",
    fix="write the EFA interfaces of the machine's layout into the launch template",
    references=(
        CARDS_GUIDE,
        "https://github.com/modelplaneai/modelplane/issues/197",
        "https://github.com/aws-samples/aws-do-eks/pull/56",
    ),
)


@RULE.graph(GROUP, NODE_GROUP, FLEET, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    asked = False
    for launch in launches_of(subject):
        rows = [row for row in launch.machines() if row.network_cards > 1 and row.efa_interfaces]
        if not rows or launch.most() < 2:
            continue
        asked = True
        if not any(one.is_efa for one in wired(launch)):
            row = rows[0]
            words = f"{row.name} has {row.network_cards} network cards, and no EFA interface is written"
            yield fail(launch.own, words)
    if not asked:
        raise NotApplicable
