"""What a schedule says is done by something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ultrastack.model.stack_file import FileStep

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject, World

RULE = Rule(
    title="something does what a schedule says",
    level="advisory",
    why="Whoever reads the schedule, and the cost that is computed with it, believes that it stops; it runs on.",
    fix="schedule a step whose machines can be stopped or scaled, or say `hours_per_week` alone and stop it yourself",
    references=("stacks/README.md: schedule",),
)

CLOCKS = (
    "aws:autoscaling/schedule:Schedule",
    "aws:appautoscaling/scheduledAction:ScheduledAction",
    "aws:scheduler/schedule:Schedule",
    "gcp:cloudscheduler/job:Job",
)
LIMITS = ("scheduling.maxRunDuration", "nodeConfig.maxRunDuration", "maxRunDuration", "instanceSchedulePolicy")


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    steps = [s for s in world.file.steps if _moments(s) and not s.left_out] if world.file is not None else []
    if not steps:
        raise NotApplicable
    found = _by_step(world)
    for step in steps:
        made = found.get(step.name, [])
        if made and not any(one.type in CLOCKS or any(one.has(name) for name in LIMITS) for one in made):
            message = f"{step.name} has a schedule with {_moments(step)}, and nothing of it is stopped by a clock"
            yield fail(None, message, at="schedule", place=step.place, step=step.name)


def _moments(step: FileStep) -> str:
    if step.schedule is None:
        return ""
    given = [word for word in ("start", "stop", "teardown_at") if getattr(step.schedule, word) is not None]
    return " and ".join(f"`{word}`" for word in given)


def _by_step(world: World) -> Mapping[str, list[Subject]]:
    found: dict[str, list[Subject]] = {}
    for subject in world.subjects:
        if subject.resource.kind == "custom":
            found.setdefault(subject.resource.step, []).append(subject)
    return found
