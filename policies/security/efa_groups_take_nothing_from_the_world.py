"""The security groups of EFA interfaces let nothing in from the internet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..launches import Launch, launches, templates_not_launched
from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..security_groups import GROUPS, traffic
from ..world import Block, Subject, Unsure, World
from ._open import ingress, opened

RULE = Rule(
    title="security groups of EFA interfaces take nothing from the world",
    level="mandatory",
    why="Such a group lets every protocol through between its members; who is let in reaches the nodes' whole fabric.",
    fix="take the rule away: the group needs itself as peer, and the groups of its storage",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html",),
)


@RULE.graph(*GROUPS)
def check(group: Subject) -> Iterator[Said]:
    members, unsure = group.world.once(_of_efa)
    if group.urn not in members and not unsure:
        raise NotApplicable
    rules, strays = traffic(group)
    for rule in rules:
        if rule.direction == "in":
            yield from each(_of_rule, rule.where, members.get(group.urn, ""), unsure)
    for stray in strays:
        for where in ingress(stray):
            for one in opened(where):
                yield cannot_decide(where, f"the security group that {stray.name} is for", at=one.at)


def _of_rule(rule: Block, members: str, unsure: str) -> Iterator[Said]:
    for one in opened(rule):
        if not members:
            yield cannot_decide(rule, unsure, at=one.at)
            continue
        what = f"{one.words} {'is' if one.first == one.last else 'are'} open to {one.world}"
        yield fail(rule, f"{what}, and EFA interfaces of {members} are in the group", at=one.at)


def _of_efa(world: World) -> tuple[Mapping[str, str], str]:
    """Group -> whose EFA interfaces are in it, and what stands in the way of knowing all of them."""
    members: dict[str, str] = {}
    unsure = ""
    for launch in (*launches(world), *(Launch(one, one) for one in templates_not_launched(world))):
        try:
            interfaces = [one for one in launch.interfaces() if "efa" in one.text("interfaceType")]
            groups = [group for one in interfaces for group in launch.security_groups(one)]
        except Undecided as e:
            unsure = unsure or e.said.needs
            continue
        for group in groups:
            if isinstance(group, Unsure):
                unsure = unsure or group.needs
            if isinstance(group, Subject):
                members.setdefault(group.urn, (launch.template or launch.subject).name)
    return members, unsure
