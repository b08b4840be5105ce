"""How is a Capacity Block bought and used, and where? The rules of its two kinds, and the places where each is sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class CapacityBlockRules(Sourced):
    """What holds for a block of single machines, or of UltraServers; None is unknown."""

    KEY: ClassVar = ("kind",)

    kind: Literal["machines", "ultraservers"]
    duration_hours: tuple[int, ...]
    machines_max: int | None  # in one block
    ultraservers_max: int | None  # in one block
    machines_per_organization_max: int | None  # of all blocks on one day
    starts_ahead_minutes_min: int
    starts_ahead_days_max: int
    ends_at_utc: str
    machines_end_at_utc: str | None  # on the last day EC2 begins to end them; None: their owner has to
    owner_ends_minutes_before: int | None
    cancellable: bool
    tenancy: tuple[str, ...]
    platforms: str  # words of the API, separated by commas: they hold spaces
    market_type: str
    ram_shareable: bool
    resource_group_target: bool  # a launch template may name a resource group instead of the reservation
    placement_group: bool  # whether a launch into it should name one
    counts_against_vcpu_quota: bool
    less_sure: tuple[str, ...]
    note: str

    def sells(self, hours: int) -> bool:
        """Whether blocks of that length are offered. A returned offer may still be some odd hours longer."""
        return hours in self.duration_hours

    def takes_platform(self, platform: str) -> bool:
        """Whether the documented command line takes it; the API's own enumeration is wider."""
        return platform in self.platforms.split(", ")


@dataclass(frozen=True, kw_only=True)
class CapacityBlockPlace(Sourced):
    """One place where one source says that blocks of a machine, or of an UltraServer, are sold."""

    KEY: ClassVar = ("product", "place", "said_by")

    product: str  # a machine or an UltraServer of the catalogue
    kind: Literal["machines", "ultraservers"]
    place: str  # a region or a Local Zone
    region: str
    local_zone: bool
    said_by: Literal["user-guide", "price-list"]


def capacity_block_rules(kind: str) -> CapacityBlockRules:
    """The rules of blocks of `machines` or of `ultraservers`; raises UnknownRow."""
    return pick("kind of Capacity Block", all_rules(), kind)


def capacity_block_places(product: str | None = None, region: str | None = None) -> tuple[CapacityBlockPlace, ...]:
    """All places, or those of a machine or UltraServer, or those in a region. A place may be there by two sources."""
    return tuple(row for row in _places() if product in (None, row.product) and region in (None, row.region))


@once
def all_rules() -> Mapping[str, CapacityBlockRules]:
    """Kind -> rules."""
    return {row.kind: row for row in load(CapacityBlockRules, "capacity_block_rules.csv")}


@once
def _places() -> tuple[CapacityBlockPlace, ...]:
    return load(CapacityBlockPlace, "capacity_block_places.csv")
