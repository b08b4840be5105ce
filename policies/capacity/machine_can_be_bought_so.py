"""Machines are bought in a way in which they are sold."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import Machine

from ..launches import LAUNCHING, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Subject

RULE = Rule(
    title="machines are bought in a way in which they are sold",
    level="mandatory",
    why="EC2 refuses a market that a machine is not sold on, and a group goes on asking.",
    fix="choose another way to buy it, or another machine",
    references=(
        "DescribeInstanceTypes, supportedUsageClasses, as captured in moto 5.2.5",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-launch.html",
    ),
)
MARKETS = ("on-demand", "spot", "capacity-block")


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    asked = [(launch, machine) for launch in launches_of(subject) for machine in launch.machines()]
    if not asked:
        raise NotApplicable
    for launch, machine in asked:
        yield from each(_sold, launch, machine)


def _sold(launch: Launch, machine: Machine) -> Iterator[Said]:
    market = launch.market()
    if market not in MARKETS or market in machine.purchases:
        return
    if market == "on-demand" and launch.reservations():
        return  # what is reserved has been sold, perhaps by an offer of one's own
    if machine.confidence_of("purchases") == "unknown":
        raise Undecided(f"how {machine.name} is sold", launch.own)
    yield fail(launch.own, f"{machine.name} is not sold as {market}, but as {' and '.join(machine.purchases)}")
