"""A Lustre file system is changed only as FSx can change one that is there."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import lustre_tiers

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject, SubjectChange

RULE = Rule(
    title="a Lustre file system only grows, in the steps that FSx has",
    level="mandatory",
    why="FSx can raise a capacity and not lower it, and keeps the throughput of one with EFA for ever: "
    "anything else fails, or makes an empty file system in its place.",
    fix="keep the value, or make a second file system in a step of its own and copy the data",
    references=("https://docs.aws.amazon.com/fsx/latest/LustreGuide/managing-storage-capacity.html",),
)


@RULE.change("aws:fsx/lustreFileSystem:LustreFileSystem")
def check(change: SubjectChange) -> Iterator[Said]:
    if change.old is None or change.new is None:
        raise NotApplicable
    for part in (_capacity, _tier, _throughput):
        yield from each(part, change, change.old, change.new)


def _capacity(change: SubjectChange, old: Subject, new: Subject) -> Iterator[Said]:
    if change.change.of("storageCapacity") is None or not old.has("storageCapacity") or not new.has("storageCapacity"):
        return
    was, now = int(old.number("storageCapacity")), int(new.number("storageCapacity"))
    if now < was:
        yield fail(new, f"the capacity falls from {was} to {now} GiB", at="storageCapacity")
        return
    deployment, storage = old.text("deploymentType", "SCRATCH_1"), old.text("storageType", "SSD")
    tiers = lustre_tiers(deployment, storage, old.flag("efaEnabled"))
    if any(tier.throughput_is_chosen for tier in tiers):
        chosen = int(new.number("perUnitStorageThroughput"))
        tiers = tuple(tier for tier in tiers if tier.throughput_mbps_per_tib == chosen)
    steps = {tier.growth_step_gib for tier in tiers} - {None}
    if steps == {0}:
        yield fail(new, f"a {deployment} file system cannot grow from {was} to {now} GiB", at="storageCapacity")
    elif steps and all(step and now % step for step in steps):
        words = " or ".join(str(step) for step in sorted(step for step in steps if step))
        yield fail(new, f"it grows in multiples of {words} GiB, not to {now} GiB", at="storageCapacity")


def _tier(change: SubjectChange, old: Subject, new: Subject) -> Iterator[Said]:
    name = "perUnitStorageThroughput"
    if change.change.of(name) is not None and old.flag("efaEnabled") and new.flag("efaEnabled"):
        was, now = old.text(name), new.text(name)
        yield fail(new, f"a file system with EFA cannot go from {was} to {now} MB/s for each TiB", at=name)


def _throughput(change: SubjectChange, old: Subject, new: Subject) -> Iterator[Said]:
    name = "throughputCapacity"
    if change.change.of(name) is None or not old.has(name) or not new.has(name):
        return
    if new.number(name) < old.number(name):
        yield fail(new, f"the throughput falls from {old.text(name)} to {new.text(name)} MB/s", at=name)
