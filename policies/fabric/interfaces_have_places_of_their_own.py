"""No two network interfaces of a machine have the same place."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Block, Subject
from ._interfaces import CARDS_GUIDE

RULE = Rule(
    title="each network interface of a machine has a network card and device index of its own",
    level="mandatory",
    why="EC2 refuses to launch a machine with two interfaces in one place; an index that is left out is 0.",
    fix="write `networkCardIndex` and `deviceIndex` for each interface",
    references=(CARDS_GUIDE, "https://github.com/aws-samples/aws-efa-nccl-baseami-pipeline/issues/1"),
)


@RULE.resource(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    interfaces = template.blocks("networkInterfaces")
    if len(interfaces) < 2:
        raise NotApplicable
    taken: dict[tuple[float, float], Block] = {}
    for one in interfaces:
        place = (one.number("networkCardIndex"), one.number("deviceIndex"))
        first = taken.setdefault(place, one)
        if first is not one:
            words = f"`{first.at()}` is on network card {place[0]}, device {place[1]} too"
            yield fail(one, words, at="deviceIndex")
