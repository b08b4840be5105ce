"""An FSx for Lustre file system has a capacity that FSx sells for its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ultrastack.catalog import LustreTier, lustre_tiers

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._lustre import SYSTEM, deployment_of, storage_of

RULE = Rule(
    title="an FSx for Lustre file system has a capacity that is sold",
    level="mandatory",
    why="FSx refuses any other capacity, minutes after the run began.",
    fix="take a capacity that is sold for this deployment type, storage type and throughput",
    references=(
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",
        "https://github.com/hashicorp/terraform-provider-aws/issues/24341",
    ),
)


@RULE.resource(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    deployment, storage = deployment_of(system), storage_of(system)
    if not system.has("storageCapacity"):
        if storage != "INTELLIGENT_TIERING" and not system.has("backupId"):
            yield fail(system, f"a {deployment} file system of {storage} has no capacity", at="storageCapacity")
        return
    capacity = int(system.number("storageCapacity"))
    if storage == "INTELLIGENT_TIERING":
        what = f"{capacity} GiB are asked for, but {storage} grows by itself"
        fix = "leave `storageCapacity` out"
        yield fail(system, what, at="storageCapacity", fix=fix, remedy={"aws.fsx_lustre.storage_capacity_gib": None})
        return
    tiers = _tiers(system, deployment, storage)
    if not tiers:
        raise NotApplicable  # no such kind: another rule's matter
    if any(tier.sells(capacity) for tier in tiers):
        return
    sold = min(more for tier in tiers if (more := _next(tier, capacity)))
    words = f"{capacity} GiB are not sold as {deployment} {storage}" + (" with EFA" if tiers[0].efa else "")
    remedy = {"aws.fsx_lustre.storage_capacity_gib": sold}
    yield fail(system, words, at="storageCapacity", fix=f"take {sold} GiB, the next that are sold", remedy=remedy)


def _tiers(system: Subject, deployment: str, storage: str) -> Sequence[LustreTier]:
    tiers = lustre_tiers(deployment, storage, system.flag("efaEnabled"))
    if len({(tier.capacities_gib, tier.capacity_step_gib) for tier in tiers}) < 2:
        return tiers
    chosen = system.number("perUnitStorageThroughput")
    return [tier for tier in tiers if tier.throughput_mbps_per_tib == chosen]


def _next(tier: LustreTier, capacity: int) -> int:
    step = tier.capacity_step_gib or 0
    stepped = -(-max(capacity, 1) // step) * step if step else 0
    return min((one for one in (*tier.capacities_gib, stepped) if one >= capacity), default=0)
