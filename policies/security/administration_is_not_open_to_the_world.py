"""Nobody from anywhere may log in: SSH, RDP and everything at once are not open to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._open import HOLDERS, administered, ingress, opened, ports

RULE = Rule(
    title="ports of administration are not open to the world",
    level="mandatory",
    why="Machines with an open SSH or RDP port are found within minutes, and every password and key on them is tried.",
    fix="use SSM Session Manager, which needs no open port, or name the addresses of your own network",
    references=(
        "https://docs.aws.amazon.com/config/latest/developerguide/vpc-sg-port-restriction-check.html",
        "AWS Security Hub controls EC2.13, EC2.14 and EC2.53",
    ),
)


@RULE.resource(*HOLDERS)
def check(holder: Subject) -> Iterator[Said]:
    rules = ingress(holder)
    if not rules:
        raise NotApplicable
    for rule in rules:
        yield from each(_of_rule, rule)


def _of_rule(rule: Block) -> Iterator[Said]:
    if not administered(*ports(rule)):
        return  # whoever may come
    for one in opened(rule):
        if one.administers:
            what = one.words if one.everything else " and ".join(one.administers)
            verb = "are" if one.everything or len(one.administers) > 1 else "is"
            yield fail(rule, f"{what} {verb} open to {one.world}", at=one.at)
