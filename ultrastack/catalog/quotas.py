"""Which limit of an account will a machine, a file system, an endpoint or a TPU count against, and what is its code?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from .overlays import once
from .rows import Sourced, load, pick

QuotaUse = Literal[
    "on-demand", "spot", "capacity-block", "capacity-block-organization", "lustre", "endpoint", "training-plan"
]


@dataclass(frozen=True, kw_only=True)
class AwsQuota(Sourced):
    """One quota of Service Quotas; its value is the account's own and is not here."""

    KEY: ClassVar = ("code",)

    code: str
    service: Literal["ec2", "fsx", "sagemaker"]
    name: str
    use: QuotaUse
    applies_to: tuple[str, ...]  # families of machines, ml. types, or deployment types of Lustre
    unit: str | None
    less_sure: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class TpuQuota(Sourced):
    """One quota of a generation on one side: the TPU API counts apart from Compute Engine and GKE together."""

    KEY: ClassVar = ("pool", "generation")

    pool: Literal["tpu-api", "compute"]
    generation: str
    quota: str | None
    dimension: str | None  # what else picks the limit
    spot_quota: str | None
    unit: Literal["chips", "cores"]
    metric: str | None  # the older name
    note: str


def aws_quota(code: str) -> AwsQuota:
    """The quota with that code (L-417A185B); raises UnknownRow."""
    return pick("quota", aws_quotas(), code)


def aws_quotas_for(thing: str, use: str | None = None) -> tuple[AwsQuota, ...]:
    """Those that a machine (`p5.48xlarge`), a family (`p5`), an ml. type or a deployment type counts against."""
    family = thing.partition(".")[0]
    return tuple(q for q in aws_quotas().values() if {thing, family} & set(q.applies_to) and use in (None, q.use))


def tpu_quotas(generation: str | None = None, pool: str | None = None) -> tuple[TpuQuota, ...]:
    """All, or those of a generation, or of one side."""
    return tuple(q for q in _tpu_quotas() if generation in (None, q.generation) and pool in (None, q.pool))


@once
def aws_quotas() -> Mapping[str, AwsQuota]:
    return {row.code: row for row in load(AwsQuota, "aws_quotas.csv")}


@once
def _tpu_quotas() -> tuple[TpuQuota, ...]:
    return load(TpuQuota, "tpu_quotas.csv")
