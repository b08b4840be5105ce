"""Which network interfaces does a machine get? Its cards, devices and interface types, so that every EFA is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from . import instance_types
from .overlays import once
from .rows import Sourced, UnknownRow, load

InterfaceType = Literal["interface", "efa", "efa-only"]


@dataclass(frozen=True, order=True)
class Interface:
    """One network interface: the card it sits on, its device index there, and its type."""

    card: int
    device: int
    type: InterfaceType

    @property
    def is_efa(self) -> bool:
        return self.type != "interface"

    @property
    def has_ip(self) -> bool:
        """An efa-only interface takes no address."""
        return self.type != "efa-only"


@dataclass(frozen=True, kw_only=True)
class EfaLayout(Sourced):
    """One documented way to give a machine its EFA devices. `1-15/0` means cards 1 to 15, device 0."""

    KEY: ClassVar = ("machine", "layout")

    machine: str
    layout: str
    interface: tuple[str, ...]
    efa: tuple[str, ...]
    efa_only: tuple[str, ...]
    efa_devices: int
    private_ips: int
    ip_gbps: float | None
    note: str

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """Card by card, the primary one first."""
        of_type: dict[InterfaceType, tuple[str, ...]] = {
            "interface": self.interface,
            "efa": self.efa,
            "efa-only": self.efa_only,
        }
        return tuple(
            sorted(Interface(card, device, t) for t, words in of_type.items() for w in words for card, device in _at(w))
        )


def efa_layout(machine: str, layout: str | None = None) -> EfaLayout:
    """A layout by name, else the machine's first row: the one to take without a reason for another."""
    of_machine = efa_layouts().get(instance_types.machine(machine).name)
    if of_machine is None:
        raise UnknownRow("EFA layout of machine", machine, ())
    if layout is None:
        return next(iter(of_machine.values()))
    if layout not in of_machine:
        raise UnknownRow(f"EFA layout of {machine}", layout, of_machine)
    return of_machine[layout]


@once
def efa_layouts() -> Mapping[str, Mapping[str, EfaLayout]]:
    """Machine -> name of the layout -> layout."""
    found: dict[str, dict[str, EfaLayout]] = {}
    for row in load(EfaLayout, "efa_layouts.csv"):
        found.setdefault(row.machine, {})[row.layout] = row
    return found


def _at(word: str) -> list[tuple[int, int]]:
    """'1-3/0' -> [(1, 0), (2, 0), (3, 0)]"""
    cards, device = word.split("/")
    first, _, last = cards.partition("-")
    return [(card, int(device)) for card in range(int(first), int(last or first) + 1)]
