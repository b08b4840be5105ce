"""What exists in the clouds? Dated rows with their sources, and typed look-ups."""

from __future__ import annotations

from .efa import EfaLayout, Interface, efa_layout, efa_layouts
from .images import ImageParameter, image_parameter, image_parameters
from .instance_types import Machine, machine, machines
from .lustre import LustreTier, lustre_tiers
from .rows import Sourced, UnknownRow, as_mapping
from .ultraserver_types import UltraServer, ultraserver, ultraservers, ultraservers_of

__all__ = [
    "EfaLayout",
    "ImageParameter",
    "Interface",
    "LustreTier",
    "Machine",
    "Sourced",
    "UltraServer",
    "UnknownRow",
    "as_mapping",
    "efa_layout",
    "efa_layouts",
    "image_parameter",
    "image_parameters",
    "lustre_tiers",
    "machine",
    "machines",
    "ultraserver",
    "ultraservers",
    "ultraservers_of",
]
