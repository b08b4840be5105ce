"""Machines without a public on-demand price are reserved."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import listed_on_demand

from ..launches import LAUNCHING, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="machines without a public on-demand price are reserved",
    level="advisory",
    why="Nobody is known to get them on demand: without a capacity block, a reservation or an offer of your own the "
    "launch finds no capacity.",
    fix="name a capacity block or reservation; if you have an offer, add a row to catalog.local/on_demand_listings.csv",
    references=("https://aws.amazon.com/ec2/capacityblocks/pricing/",),
)


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    asked = [launch for launch in launches_of(subject) if launch.machines()]
    if not asked:
        raise NotApplicable
    for launch in asked:
        unlisted = [one.name for one in launch.machines() if listed_on_demand(one.name) is False]
        if unlisted and launch.market() == "on-demand" and not launch.reservations():
            yield fail(launch.own, f"{unlisted[0]} has no public on-demand price, and no reservation is named")
