"""Where is a machine offered? Regions with their availability zone ids, and whether it has a public on-demand price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from . import instance_types
from .overlays import once
from .rows import Sourced, UnknownRow, load


@dataclass(frozen=True, kw_only=True)
class MachineRegion(Sourced):
    """One machine in one region. Ids of zones mean the same place in every account, their letters do not."""

    KEY: ClassVar = ("machine", "region")

    machine: str
    region: str
    availability_zone_ids: tuple[str, ...]
    local_zones: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class OnDemandListing(Sourced):
    """Whether a machine has a public on-demand price anywhere in the United States. The price is not here."""

    KEY: ClassVar = ("machine",)

    machine: str
    listed: bool


def machine_regions(machine: str) -> Mapping[str, MachineRegion]:
    """Region -> row, for a machine of the catalogue; empty where no source names a region; raises UnknownRow."""
    return all_regions().get(instance_types.machine(machine).name, {})


def machine_region(machine: str, region: str) -> MachineRegion:
    """The machine in that region; raises UnknownRow. Blocks may be sold in more places: see capacity_blocks."""
    rows = machine_regions(machine)
    if region not in rows:
        raise UnknownRow(f"region that offers {machine}", region, rows)
    return rows[region]


def listed_on_demand(machine: str) -> bool | None:
    """Whether the machine has a public on-demand price; None: not looked up."""
    row = on_demand_listings().get(instance_types.machine(machine).name)
    return row.listed if row else None


@once
def all_regions() -> Mapping[str, Mapping[str, MachineRegion]]:
    """Machine -> region -> row."""
    found: dict[str, dict[str, MachineRegion]] = {}
    for row in load(MachineRegion, "machine_regions.csv"):
        found.setdefault(row.machine, {})[row.region] = row
    return found


@once
def on_demand_listings() -> Mapping[str, OnDemandListing]:
    return {row.machine: row for row in load(OnDemandListing, "on_demand_listings.csv")}
