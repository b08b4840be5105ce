"""Which machines make up one UltraServer, and what does it hold altogether?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class UltraServer(Sourced):
    """One kind of UltraServer; None is unknown."""

    name: str
    ultraserver_type: str | None  # the word of the EC2 API
    machine: str | None
    machines: int
    accelerator: str
    accelerators: int
    vcpus: int | None
    memory_gib: float | None
    accelerator_memory_gib: float | None
    efa_gbps: float
    job_sizes: tuple[int, ...] | None  # machines that one job may take inside it
    block_regions: tuple[str, ...]  # where its capacity blocks are documented
    less_sure: tuple[str, ...]
    note: str


def ultraserver(name: str) -> UltraServer:
    """The UltraServer of that name (trn2); raises UnknownRow."""
    return pick("UltraServer", ultraservers(), name)


def ultraservers_of(machine: str) -> tuple[UltraServer, ...]:
    """Those made of that machine; there may be several sizes, or none."""
    return tuple(row for row in ultraservers().values() if row.machine == machine)


@once
def ultraservers() -> Mapping[str, UltraServer]:
    return {row.name: row for row in load(UltraServer, "ultraserver_types.csv")}
