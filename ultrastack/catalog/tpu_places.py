"""Where is a TPU generation? Zones with what is known of each, and regions that list or price its machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from . import tpu_chips
from .overlays import once
from .rows import Sourced, UnknownRow, load


@dataclass(frozen=True, kw_only=True)
class TpuZone(Sourced):
    """One generation in one zone. That it is there does not mean that there is room."""

    KEY: ClassVar = ("generation", "zone")

    generation: str
    zone: str
    region: str
    ai_zone: bool  # may need to be allowed for a project, and lacks many other services
    on_page: bool  # on Google's page of regions and zones
    in_price_catalogue: bool  # a public price catalogue of 2026 saw it through the API
    flex_start: bool | None
    calendar: tuple[Literal["training", "serving"], ...]  # the workloads that calendar mode is documented for
    less_sure: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class TpuRegion(Sourced):
    """One generation in one region, as one list says it; which zone is not said there."""

    KEY: ClassVar = ("generation", "region", "said_by")

    generation: str
    region: str
    said_by: Literal["machine-types", "billing-skus"]


def tpu_zones(generation: str) -> Mapping[str, TpuZone]:
    """Zone -> row; empty where no zone is public; raises UnknownRow."""
    return all_zones().get(tpu_chips.tpu_generation(generation).name, {})


def tpu_zone(generation: str, zone: str) -> TpuZone:
    """The generation in that zone; raises UnknownRow."""
    rows = tpu_zones(generation)
    if zone not in rows:
        raise UnknownRow(f"zone with {generation}", zone, rows)
    return rows[zone]


def tpu_regions(generation: str | None = None) -> tuple[TpuRegion, ...]:
    """What the lists by region say, of all generations or of one."""
    return tuple(row for row in _regions() if generation in (None, row.generation))


@once
def all_zones() -> Mapping[str, Mapping[str, TpuZone]]:
    """Generation -> zone -> row."""
    found: dict[str, dict[str, TpuZone]] = {}
    for row in load(TpuZone, "tpu_zones.csv"):
        found.setdefault(row.generation, {})[row.zone] = row
    return found


@once
def _regions() -> tuple[TpuRegion, ...]:
    return load(TpuRegion, "tpu_regions.csv")
