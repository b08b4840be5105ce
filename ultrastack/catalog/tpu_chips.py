"""What is in one TPU chip, how is a slice of it named, and how large can it be? One row a generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

from .overlays import once
from .rows import Confidence, Sourced, load, pick

SMALL_3D = ((2, 2, 1), (2, 2, 2), (2, 2, 4), (2, 4, 4))  # below one cube, and no other shape is


@dataclass(frozen=True, kw_only=True)
class TpuGeneration(Sourced):
    """One generation; None is unknown. The columns are explained in the README."""

    name: str
    marketing_name: str | None
    api_type: str | None  # the word of the TPU API for acceleratorConfig.type; None: it has none
    accelerator_type_prefix: str | None
    accelerator_type_counts: Literal["cores", "chips"] | None
    cores_per_chip: int
    sparse_cores_per_chip: int | None
    hbm_gib_per_chip: float | None
    hbm_gbytes_per_second: float | None
    bf16_tflops_per_chip: float | None
    int8_tops_per_chip: float | None
    fp8_tflops_per_chip: float | None
    ici_gbytes_per_second: float | None
    dcn_gbps_per_chip: float | None
    chips_per_host: int | None
    chips_per_vm: tuple[int, ...]
    network: Literal["2d-torus", "3d-torus", "tree"] | None
    pod_chips: int | None
    slice_chips_max: int | None
    multislice_chips_max: int | None
    cubes_max: int | None  # of 4x4x4 chips in one slice
    untwisted_suffix: str | None  # appended to a topology that is twisted by default
    vm_family: str | None  # in reservations of Compute Engine
    gke_accelerator: str | None
    frameworks: tuple[str, ...]
    host_architecture: Literal["x86_64", "arm64"] | None
    status: Literal["legacy", "limited", "current", "announced", "unknown-to-the-public"]
    less_sure: tuple[str, ...]
    note: str

    def chips_of(self, accelerator_type: str) -> int | None:
        """v5p-8 is 4 chips: the number counts cores there. None: no name of this generation."""
        prefix, _, number = accelerator_type.rpartition("-")
        if prefix != self.accelerator_type_prefix or not number.isdecimal() or not self.accelerator_type_counts:
            return None
        per_chip = self.cores_per_chip if self.accelerator_type_counts == "cores" else 1
        return int(number) // per_chip if int(number) and int(number) % per_chip == 0 else None

    def follows_the_rule(self, topology: str) -> bool | None:
        """Whether a shape is one that a 3D torus can have, listed or not; None: this generation has no such rule.

        The small shapes, or whole cubes of 4x4x4 in ascending order, up to the most that one slice may have.
        """
        if self.cubes_max is None or self.network != "3d-torus":
            return None
        if self.untwisted_suffix:
            topology = topology.removesuffix(self.untwisted_suffix)
        words = topology.split("x")
        if len(words) != 3 or not all(word.isdecimal() for word in words):
            return False
        sides = tuple(int(word) for word in words)
        if sides in SMALL_3D or (sides == (1, 1, 1) and 1 in self.chips_per_vm):
            return True
        whole = all(side >= 4 and side % 4 == 0 for side in sides) and list(sides) == sorted(sides)
        return whole and prod(side // 4 for side in sides) <= self.cubes_max

    def confidence_of(self, column: str) -> Confidence:
        said = dict(word.split("=") for word in self.less_sure)
        return said.get(column, self.confidence)  # type: ignore[return-value]  # the integrity tests check the words


def tpu_generation(name: str) -> TpuGeneration:
    """The generation of that name (v6e); raises UnknownRow."""
    return pick("TPU generation", tpu_generations(), name)


@once
def tpu_generations() -> Mapping[str, TpuGeneration]:
    return {row.name: row for row in load(TpuGeneration, "tpu_generations.csv")}
