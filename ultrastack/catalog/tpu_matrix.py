"""By which way can a TPU be had? The matrix generation x purchase x plane, and what each plane can express."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from . import tpu_chips
from .overlays import once
from .rows import Sourced, UnknownRow, load, pick

Plane = Literal["tpu-vm", "compute-engine", "gke", "queued-resource"]
TpuPurchase = Literal["on-demand", "spot", "reservation", "flex-start", "calendar"]


@dataclass(frozen=True, kw_only=True)
class TpuPlane(Sourced):
    """One way to make slices, as Pulumi's Google provider has it."""

    name: Plane
    resources: tuple[str, ...]
    quota_pool: Literal["tpu-api", "compute"]
    several_slices: bool  # Multislice can be made of it
    labels: bool
    startup_script: bool
    service_account: bool
    named_reservation: bool
    boot_disk: bool  # its size, image and key
    note: str


@dataclass(frozen=True, kw_only=True)
class TpuWay(Sourced):
    """One cell of the matrix: does Google sell it so, and can the Pulumi resource say it?"""

    KEY: ClassVar = ("generation", "purchase", "plane")

    generation: str
    purchase: TpuPurchase
    plane: Plane
    offered: bool | None  # by Google's API; None is unknown
    expressible: bool  # by the arguments of the Pulumi resource
    write: str  # which of them
    reason: str  # why not, or what to know

    @property
    def possible(self) -> bool | None:
        """None: nobody has said."""
        return False if not self.expressible else self.offered


def tpu_plane(name: str) -> TpuPlane:
    """The plane of that name (compute-engine); raises UnknownRow."""
    return pick("TPU plane", tpu_planes(), name)


def tpu_way(generation: str, purchase: str, plane: str) -> TpuWay:
    """One cell; raises UnknownRow for a word that the matrix does not have."""
    rows: dict[str, TpuWay] = {way.plane: way for way in tpu_ways(generation, purchase)}
    return pick("TPU plane", rows, plane)


def tpu_ways(generation: str, purchase: str) -> tuple[TpuWay, ...]:
    """The cells of all planes, possible or not; raises UnknownRow."""
    of_generation = all_ways()[tpu_chips.tpu_generation(generation).name]
    if purchase not in of_generation:
        raise UnknownRow("TPU purchase", purchase, of_generation)
    return of_generation[purchase]


@once
def tpu_planes() -> Mapping[str, TpuPlane]:
    return {row.name: row for row in load(TpuPlane, "tpu_planes.csv")}


@once
def all_ways() -> Mapping[str, Mapping[str, tuple[TpuWay, ...]]]:
    """Generation -> purchase -> one way for each plane."""
    found: dict[str, dict[str, tuple[TpuWay, ...]]] = {}
    for row in load(TpuWay, "tpu_ways.csv"):
        of_generation = found.setdefault(row.generation, {})
        of_generation[row.purchase] = (*of_generation.get(row.purchase, ()), row)
    return found
