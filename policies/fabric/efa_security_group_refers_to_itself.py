"""EFA interfaces are in security groups that let all traffic through to and from themselves.

An address range, even 0.0.0.0/0, does not count: EFA asks for the group. Further groups need no such rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..launches import Meant
from ..rule import Rule, Said, Undecided, cannot_decide, each, fail
from ..security_groups import EVERYTHING, traffic
from ..world import Outside, Subject, Unsure
from ._interfaces import EFA_GUIDE, HOLDERS, Wired, efa_of, listed, written

RULE = Rule(
    title="EFA interfaces are in a security group that lets all traffic in from itself and out to itself",
    level="mandatory",
    why="EFA traffic passes only where a rule names the group, in both directions; without it jobs hang or use TCP.",
    fix="give the group an ingress and an egress rule for all protocols (`-1`) that name the group itself",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-efa.html",
        EFA_GUIDE,
        "https://github.com/gardener/gardener-extension-provider-aws/issues/1832",
        "https://github.com/awslabs/awsome-distributed-ai/issues/546",
    ),
)
WORDS = {"in": "in from itself", "out": "out to itself"}


@RULE.graph(*HOLDERS)
def check(subject: Subject) -> Iterator[Said]:
    launch = written(subject)
    seen = set()
    for one in efa_of(launch):
        groups = launch.security_groups(one.where)
        same = tuple("" if isinstance(group, Unsure) else group for group in groups)
        if same not in seen:
            seen.add(same)
            yield from each(_judged, one, groups)


def _judged(one: Wired, groups: Sequence[Meant]) -> Iterator[Said]:
    if not groups:
        raise Undecided(
            "the rules of the default security group, as the interface names none", one.where, "securityGroups"
        )
    made = [group for group in groups if isinstance(group, Subject)]
    missing, doubts = _missing(made)
    outside = [group.id for group in groups if isinstance(group, Outside)]
    doubts += [f"the rules of security group {id}, which is not in this program" for id in outside]
    doubts += [group.needs for group in groups if isinstance(group, Unsure)]
    if missing and doubts:
        yield cannot_decide(one.where, doubts[0], at="securityGroups")
    elif missing:
        yield fail(one.where, _words([group.name for group in made], missing), at="securityGroups")


def _missing(made: Sequence[Subject]) -> tuple[list[str], list[str]]:
    """Directions that no rule opens between these groups, and what may still open them."""
    opened: set[str] = set()
    doubts: list[str] = []
    for group in made:
        try:
            rules, unsure = traffic(group)
            doubts += [f"the security group that {one.name} is for" for one in unsure]
            for rule in rules:
                if rule.protocol == EVERYTHING:
                    if any(peer in made for peer in rule.peers):
                        opened.add(rule.direction)
                    doubts += [peer.needs for peer in rule.peers if isinstance(peer, Unsure)]
        except Undecided as e:
            doubts.append(e.said.needs)
    return [way for way in WORDS if way not in opened], doubts


def _words(names: Sequence[str], missing: Sequence[str]) -> str:
    not_let = " and ".join(WORDS[way] for way in missing)
    if len(names) > 1:
        return f"none of the security groups {listed(names)} lets all traffic {not_let}"
    if len(missing) == 1:
        let = next(WORDS[way] for way in WORDS if way not in missing)
        return f"security group {names[0]} lets all traffic {let}, but not {not_let}"
    return f"security group {names[0]} does not let all traffic {not_let}"
