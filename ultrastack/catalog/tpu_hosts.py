"""Which virtual machine holds how many TPU chips, and where can it be made?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class TpuMachineType(Sourced):
    """One machine type of Compute Engine with TPU chips; None is unknown."""

    name: str
    generation: str
    chips: int
    vcpus: int | None
    memory_gb: float | None
    joins_slices: bool | None  # no: a device of its own, its chips are not joined with other machines' by ICI
    planes: tuple[Literal["compute-engine", "gke"], ...]  # where it can be made
    note: str


def tpu_machine_type(name: str) -> TpuMachineType:
    """The machine type of that name (ct6e-standard-4t); raises UnknownRow."""
    return pick("TPU machine type", tpu_machine_types(), name)


@once
def tpu_machine_types() -> Mapping[str, TpuMachineType]:
    return {row.name: row for row in load(TpuMachineType, "tpu_machine_types.csv")}
