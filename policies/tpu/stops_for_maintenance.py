"""A machine with a TPU ends for maintenance of its host."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._slices import COMPUTE, machine_in

RULE = Rule(
    title="a machine with a TPU ends for maintenance of its host",
    level="mandatory",
    why="Accelerators cannot be moved to another host; a machine that is to migrate live is refused.",
    fix="write scheduling.onHostMaintenance: TERMINATE",
    references=(
        "skypilot Compute Engine TPU code 2026; vLLM Terraform module 2026-07",
        "Compute Engine API v1 revision 20261106: Scheduling.onHostMaintenance",
    ),
)


@RULE.resource(*COMPUTE)
def check(subject: Subject) -> Iterator[Said]:
    machine = machine_in(subject)
    if subject.text("scheduling.onHostMaintenance") == "MIGRATE":
        said = f"{machine.name} is to migrate live, which no machine with a TPU can"
        yield fail(subject.block("scheduling"), said, at="onHostMaintenance")
