"""A pool of UltraServer machines holds no others."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import LAUNCHING, launches_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a group of UltraServer machines holds no other machines",
    level="mandatory",
    why="Only machines of one UltraServer reach each other over its own links: in a mixed group jobs find neighbours "
    "that they cannot reach, and other machines are not in the UltraServer's block.",
    fix="make a group of its own for each of these machines",
    references=("https://awsdocs-neuron.readthedocs-hosted.com/en/latest/deploy/eks/ultraserver-operator.html",),
)


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    machines = {machine.name: machine for launch in launches_of(subject) for machine in launch.machines()}
    of_ultraservers = [one.name for one in machines.values() if one.in_ultraserver]
    if not of_ultraservers:
        raise NotApplicable
    named = {name for launch in launches_of(subject) for name in launch.instance_types()}
    if others := sorted(named - {of_ultraservers[0]}):
        yield fail(subject, f"{of_ultraservers[0]} of UltraServers is mixed with {', '.join(others)}")
