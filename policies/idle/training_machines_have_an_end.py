"""Machines with accelerators that answer nobody are ended by something when their work is done."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import GROUP, INSTANCE, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._accelerators import is_behind_load_balancer, machines_of
from ._purpose import ends_by_itself, is_development

RULE = Rule(
    title="on-demand machines for training end by the clock, by scaling, or with their capacity",
    level="advisory",
    why="A training job ends and its machines do not: they are paid for until somebody looks.",
    fix="add `schedule: {teardown_at: ...}` or a scaling policy, or let the group go to zero with `min: 0`",
    references=("https://github.com/dstackai/dstack/issues/570",),
)
POLICY = "aws:autoscaling/policy:Policy"


@RULE.graph(GROUP, INSTANCE)
def check(subject: Subject) -> Iterator[Said]:
    machines = machines_of(subject)
    # machines of a reservation are paid for anyway; those for development have a rule of their own
    if not machines or is_development(subject) or is_behind_load_balancer(subject):
        raise NotApplicable
    launches = launches_of(subject)
    if any(launch.market() != "on-demand" or launch.reservations() for launch in launches):
        raise NotApplicable
    if all(one.accelerator.startswith("Inferentia") for one in machines):
        raise NotApplicable  # made to answer, not to train
    if subject.type == GROUP and (subject.number("minSize") == 0 or _is_scaled(subject)):
        return
    if ends_by_itself(subject):
        return
    name = machines[0].name
    what = f"{subject.number('minSize'):g} x {name} run" if subject.type == GROUP else f"a {name} runs"
    yield fail(subject, f"{what} until somebody looks")


def _is_scaled(group: Subject) -> bool:
    """Raises Undecided."""
    found = group.world.pointing_at(group, POLICY, "autoscalingGroupName")
    if found.unsure and not found.sure:
        raise Undecided(f"the group that {found.unsure[0].name} is for", found.unsure[0], "autoscalingGroupName")
    return bool(found.sure)
