"""A Lustre file system writes what is in its machines' accelerators within an hour."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import lustre_tiers

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._lustre import SYSTEM, clients, deployment_of, storage_of

RULE = Rule(
    title="a Lustre file system is fast enough for its machines' checkpoints",
    level="off",
    why="While a checkpoint is written or read the accelerators wait, and they cost far more than the file system.",
    fix="take a higher throughput for each TiB, or more capacity",
    references=("https://docs.aws.amazon.com/fsx/latest/LustreGuide/performance.html",),
)
SECONDS = 3600  # how long is a choice of this rule: nobody waits an hour for what is written many times a day


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    machines = [(launch, machine) for launch in clients(system) for machine in launch.machines()[:1]]
    memory = sum((m.accelerator_memory_gib or 0) * launch.most() for launch, m in machines)
    if not memory:
        raise NotApplicable
    throughput = _throughput(system)
    seconds = memory * 1.073741824 * 1000 / throughput  # GiB -> MB
    if seconds > SECONDS:
        number = sum(launch.most() for launch, _ in machines)
        what = f"{int(memory)} GiB in the accelerators of {number} machines take {round(seconds / 60)} minutes"
        yield fail(system, f"{what} at its {int(throughput)} MB/s", at="storageCapacity")


def _throughput(system: Subject) -> float:
    """MB/s; FSx counts 2400 GiB as 2.4 TiB."""
    if system.has("throughputCapacity"):
        return system.number("throughputCapacity")
    tiers = lustre_tiers(deployment_of(system), storage_of(system))
    fixed = next((t.throughput_mbps_per_tib for t in tiers if not t.throughput_is_chosen), None)
    if not system.has("storageCapacity") or not tiers:
        raise NotApplicable
    return system.number("storageCapacity") / 1000 * (fixed or system.number("perUnitStorageThroughput")) or 1
