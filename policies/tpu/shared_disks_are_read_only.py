"""A disk that several TPU machines have is read only."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import GROUPS, TPU_VM, generation_of, machine_of_group, machines_of, templates_of

RULE = Rule(
    title="a disk that several TPU machines have is read only",
    level="mandatory",
    why="One disk can be written to by one machine only; READ_WRITE, which is the default, is refused for a slice "
    "of several.",
    fix="write mode: READ_ONLY",
    references=(
        "Cloud TPU API v2 revision 20261001: AttachedDisk.mode",
        "Compute Engine API v1 revision 20261106: AttachedDisk.mode",
    ),
)


@RULE.graph(TPU_VM, *GROUPS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == TPU_VM:
        if not subject.has("dataDisks"):
            raise NotApplicable
        yield from each(_of_node, subject)
        return
    machine_of_group(subject)
    disks = [disk for template in templates_of(subject) for disk in template.blocks("disks") if disk.has("source")]
    if not disks:
        raise NotApplicable
    for disk in disks:
        if disk.text("mode", "READ_WRITE") == "READ_WRITE":
            yield from each(_written, disk, int(subject.number("targetSize")))


def _of_node(node: Subject) -> Iterator[Said]:
    generation_of(node)
    for disk in node.blocks("dataDisks"):
        if disk.text("mode", "READ_WRITE") == "READ_WRITE":
            yield from each(_written, disk, machines_of(node))


def _written(disk: Block, machines: int) -> Iterator[Said]:
    if machines > 1:
        yield fail(disk, f"{machines} machines cannot have one disk that is written to", at="mode")
