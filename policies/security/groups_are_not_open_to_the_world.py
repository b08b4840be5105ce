"""No other port is open to the internet either, but those of a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..security_groups import GROUPS
from ..world import Block, Subject, Unsure, World
from ._open import HOLDERS, ingress, opened

BALANCERS = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)
WEB = (80, 443)

RULE = Rule(
    title="security groups are not open to the world",
    level="advisory",
    why="Whatever listens there, a notebook, a metrics page or a model server without a password, is anybody's.",
    fix="name a network's range or another security group instead of 0.0.0.0/0",
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html", "AWS Security Hub EC2.18"),
)


@RULE.graph(*HOLDERS)
def check(holder: Subject) -> Iterator[Said]:
    rules = ingress(holder)
    if not rules:
        raise NotApplicable
    for rule in rules:
        yield from each(_of_rule, rule, holder)


def _of_rule(rule: Block, holder: Subject) -> Iterator[Said]:
    for one in opened(rule):
        if one.administers:
            continue  # a finding of its own
        if one.first == one.last and one.first in WEB and _is_for_a_balancer(holder):
            continue
        yield fail(rule, f"{one.words} {'is' if one.first == one.last else 'are'} open to {one.world}", at=one.at)


def _is_for_a_balancer(holder: Subject) -> bool:
    group = holder if holder.type in GROUPS else holder.world.meant(holder, "securityGroupId", *GROUPS)
    groups, unsure = holder.world.once(_of_balancers)
    if isinstance(group, Subject) and group.urn not in groups and unsure is not None:
        raise Undecided(unsure.needs, holder)
    return isinstance(group, Subject) and group.urn in groups


def _of_balancers(world: World) -> tuple[frozenset[str], Unsure | None]:
    found = [one for b in world.of_type(*BALANCERS) for one in world.all_meant(b, "securityGroups", *GROUPS)]
    unsure = next((one for one in found if isinstance(one, Unsure)), None)
    return frozenset(one.urn for one in found if isinstance(one, Subject)), unsure
