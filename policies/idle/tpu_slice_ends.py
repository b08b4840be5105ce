"""A TPU slice of a development stack has an end."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._accelerators import NODE_POOL, TEMPLATE, TPUS, is_tpu
from ._purpose import ends_by_itself, is_development

RULE = Rule(
    title="a TPU slice for development has an end",
    level="advisory",
    why="A slice is paid for until somebody deletes it, and nobody sees it from the place where it was tried out.",
    fix="set `max_run_duration: 12h`, or `schedule: {teardown_at: ...}`",
    references=(
        "https://cloud.google.com/compute/docs/instances/limit-vm-runtime",
        "https://github.com/dstackai/dstack/issues/570",
    ),
)
LIMITS = {
    TEMPLATE: ("scheduling.maxRunDuration", "scheduling.terminationTime"),
    NODE_POOL: ("nodeConfig.maxRunDuration",),
}


@RULE.graph(*TPUS)
def check(subject: Subject) -> Iterator[Said]:
    if not is_tpu(subject) or not is_development(subject):
        raise NotApplicable
    limits = LIMITS.get(subject.type, ())
    if any(subject.has(name) for name in limits) or ends_by_itself(subject):
        return
    if subject.type == NODE_POOL and subject.number("autoscaling.minNodeCount", -1) == 0:
        return  # its nodes go when no pod needs them
    yield fail(subject, "the slice runs until somebody deletes it", at=limits[0] if limits else "")
