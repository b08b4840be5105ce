"""Which shapes can a TPU slice have, and of how many machines is each made?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from . import tpu_chips
from .overlays import once
from .rows import Sourced, UnknownRow, load


@dataclass(frozen=True, kw_only=True)
class TpuSlice(Sourced):
    """One shape; for 3D tori the usual one of its number of chips (others follow TpuGeneration.follows_the_rule)."""

    KEY: ClassVar = ("generation", "topology")

    generation: str
    topology: str
    accelerator_type: str | None  # the word of the TPU API; None: its API does not make this generation
    common_name: str | None  # what people call it where no API has a word
    chips: int
    cores: int
    vms: int
    chips_per_vm: int
    machine_type: str | None
    cubes: int | None  # of 4x4x4 chips; 0: smaller than one, so a mesh without wraparound
    twistable: bool | None
    on_page: bool | None  # on Google's page of the generation
    schedulable: bool | None  # as one job
    compute_engine: bool | None  # a group of machines there takes it
    note: str


def tpu_slice(generation: str, topology: str) -> TpuSlice:
    """The shape of that generation; raises UnknownRow. The untwisted form of a shape is that shape."""
    known = tpu_chips.tpu_generation(generation)
    shapes = tpu_slices(generation)
    shape = topology.removesuffix(known.untwisted_suffix) if known.untwisted_suffix else topology
    if shape not in shapes or (shape != topology and not shapes[shape].twistable):
        raise UnknownRow(f"{generation} topology", topology, shapes)
    return shapes[shape]


def tpu_slice_of(accelerator_type: str) -> TpuSlice:
    """The shape that the TPU API gives for `v5p-64`, or people mean with `tpu7x-64`; raises UnknownRow."""
    names = _by_name()
    if accelerator_type not in names:
        raise UnknownRow("accelerator type", accelerator_type, names)
    return names[accelerator_type]


def tpu_slices(generation: str) -> Mapping[str, TpuSlice]:
    """Topology -> shape, the smallest first; empty where no shape is public; raises UnknownRow."""
    return all_slices().get(tpu_chips.tpu_generation(generation).name, {})


@once
def _by_name() -> Mapping[str, TpuSlice]:
    return {(s.accelerator_type or s.common_name or ""): s for of in all_slices().values() for s in of.values()}


@once
def all_slices() -> Mapping[str, Mapping[str, TpuSlice]]:
    """Generation -> topology -> shape."""
    found: dict[str, dict[str, TpuSlice]] = {}
    for row in load(TpuSlice, "tpu_slices.csv"):
        found.setdefault(row.generation, {})[row.topology] = row
    return found
