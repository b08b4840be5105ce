"""Which sizes and throughputs does FSx for Lustre sell? Deployment and storage types with their steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from .overlays import once
from .rows import Sourced, load

DeploymentType = Literal["SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2"]
StorageType = Literal["SSD", "HDD", "INTELLIGENT_TIERING"]


@dataclass(frozen=True, kw_only=True)
class LustreTier(Sourced):
    """One throughput tier of one deployment and storage type; None where the word does not apply or is unknown."""

    KEY: ClassVar = ("deployment_type", "storage_type", "efa", "throughput_mbps_per_tib")

    deployment_type: DeploymentType
    storage_type: StorageType
    efa: bool  # the file system itself speaks EFA
    throughput_mbps_per_tib: int | None
    throughput_is_chosen: bool  # no: the tier has one throughput and the API takes none
    capacities_gib: tuple[int, ...]  # allowed besides the steps
    capacity_step_gib: int | None  # every multiple of it is allowed; None: capacity is not an argument
    growth_step_gib: int | None  # 0: cannot grow
    throughput_capacity_min_mbps: int | None
    throughput_capacity_max_mbps: int | None
    throughput_capacity_step_mbps: int | None
    note: str

    def sells(self, capacity_gib: int) -> bool:
        """Whether the API takes that capacity when the file system is made."""
        step = self.capacity_step_gib
        return capacity_gib in self.capacities_gib or bool(step and capacity_gib > 0 and capacity_gib % step == 0)


def lustre_tiers(
    deployment_type: str | None = None, storage_type: str | None = None, efa: bool | None = None
) -> tuple[LustreTier, ...]:
    """All tiers, or those that fit the words given."""
    return tuple(
        tier
        for tier in _tiers()
        if deployment_type in (None, tier.deployment_type)
        and storage_type in (None, tier.storage_type)
        and efa in (None, tier.efa)
    )


@once
def _tiers() -> tuple[LustreTier, ...]:
    return load(LustreTier, "lustre_tiers.csv")
