"""TPU machines on Compute Engine start from an image that is made for their generation."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import tpu_image, tpu_images
from ultrastack.catalog.rows import UnknownRow

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Block, Subject
from ._slices import COMPUTE, INSTANCE, machine_in

RULE = Rule(
    title="TPU machines on Compute Engine start from an image that is made for their generation",
    level="mandatory",
    why="The driver is in the image: with that of another generation no program finds the chips.",
    fix="use the image family of the generation",
    references=("skypilot Compute Engine TPU code 2026; vLLM Terraform module 2026-07",),
)


@RULE.resource(*COMPUTE)
def check(subject: Subject) -> Iterator[Said]:
    machine = machine_in(subject)
    where, at = _boot(subject)
    image = where.text(at)
    rows = [row for row in tpu_images().values() if row.family in image]
    if not rows and not any(row.project in image for row in tpu_images().values()):
        raise NotApplicable  # somebody's own image, which may have the driver of any generation
    if any(machine.generation in row.generations for row in rows):
        return
    try:
        right = tpu_image(machine.generation).image
    except UnknownRow:
        return  # no machine of that generation is made here at all
    if rows:
        made_for = ", ".join(rows[0].generations)
        said = f"{rows[0].family} is made for {made_for}, not for {machine.generation}"
        yield fail(where, said, at=at, fix=f"use {right}", remedy={"gcp.tpu_slice.image": None})


def _boot(subject: Subject) -> tuple[Block, str]:
    if subject.type == INSTANCE:
        return subject.block("bootDisk").block("initializeParams"), "image"
    disks = subject.blocks("disks")
    boot = next((disk for disk in disks if disk.flag("boot")), disks[0] if disks else subject)
    return boot, "sourceImage"
