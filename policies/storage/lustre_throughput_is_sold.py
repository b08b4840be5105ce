"""An FSx for Lustre file system has a throughput that FSx sells for its kind, where it is chosen at all."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import lustre_tiers

from ..rule import Rule, Said, each, fail
from ..world import Subject
from ._lustre import SYSTEM, deployment_of, storage_of

RULE = Rule(
    title="an FSx for Lustre file system has a throughput that is sold",
    level="mandatory",
    why="FSx refuses any other throughput, and one for a kind whose throughput is fixed.",
    fix="take a throughput that is sold for this deployment type and storage type",
    references=(
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",
        "https://github.com/hashicorp/terraform-provider-aws/issues/30226",
    ),
)
PER_TIB, WHOLE = "perUnitStorageThroughput", "throughputCapacity"


@RULE.resource(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    yield from each(_per_tib, system)
    yield from each(_whole, system)


def _per_tib(system: Subject) -> Iterator[Said]:
    deployment, storage = deployment_of(system), storage_of(system)
    tiers = lustre_tiers(deployment, storage)
    if not tiers:
        if lustre_tiers(deployment):
            yield fail(system, f"{storage} is not sold as {deployment}", at="storageType")
        return
    sold = sorted({t.throughput_mbps_per_tib for t in tiers if t.throughput_is_chosen and t.throughput_mbps_per_tib})
    if not sold and system.has(PER_TIB):
        remedy = {"aws.fsx_lustre.throughput_mbps_per_tib": None}
        what = f"{_given(system)} for each TiB of a {deployment} {storage} file system, which has no choice"
        yield fail(system, what, at=PER_TIB, fix=f"leave `{PER_TIB}` out", remedy=remedy)
    elif sold and not system.has(PER_TIB):
        if not system.has("backupId"):
            yield fail(system, f"a {deployment} {storage} file system has no throughput", at=PER_TIB, fix=_fix(sold))
    elif sold and system.number(PER_TIB) not in sold:
        what = f"{_given(system)} for each TiB are not sold as {deployment} {storage}"
        yield fail(system, what, at=PER_TIB, fix=_fix(sold))


def _whole(system: Subject) -> Iterator[Said]:
    tiers = [t for t in lustre_tiers(deployment_of(system), storage_of(system)) if t.throughput_capacity_step_mbps]
    if not tiers:
        if system.has(WHOLE):
            yield fail(system, f"only INTELLIGENT_TIERING takes `{WHOLE}`", at=WHOLE, fix=f"leave `{WHOLE}` out")
        return
    if not system.has(WHOLE):
        yield fail(system, "an INTELLIGENT_TIERING file system has no throughput", at=WHOLE, fix=f"set `{WHOLE}`")
        return
    given = int(system.number(WHOLE))
    for tier in tiers[:1]:
        least, most = tier.throughput_capacity_min_mbps or 0, tier.throughput_capacity_max_mbps or given
        step = tier.throughput_capacity_step_mbps or 1
        if not least <= given <= most or given % step:
            yield fail(
                system, f"{given} MB/s are not sold", at=WHOLE, fix=f"take a multiple of {step} from {least} to {most}"
            )


def _given(system: Subject) -> str:
    return f"{system.text(PER_TIB)} MB/s" if system.knows(PER_TIB) else "a throughput"


def _fix(sold: list[int]) -> str:
    return f"take one of {', '.join(str(one) for one in sold)} as `{PER_TIB}`"
