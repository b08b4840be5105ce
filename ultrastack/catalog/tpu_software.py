"""What runs on a TPU machine: runtime versions of the TPU API, and image families of Compute Engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from . import tpu_chips
from .overlays import once
from .rows import Sourced, UnknownRow, load


@dataclass(frozen=True, kw_only=True)
class TpuRuntime(Sourced):
    """One runtime version, or how the versions of a family are written."""

    name: str
    is_pattern: bool  # yes: X.Y.Z stands for a version, [-pod] for what may be left out
    generations: tuple[str, ...]
    frameworks: tuple[str, ...]
    usual: bool  # the one to take without a reason for another
    note: str


@dataclass(frozen=True, kw_only=True)
class TpuImage(Sourced):
    """One family of images for machines on Compute Engine; the newest of it is taken."""

    KEY: ClassVar = ("family",)

    family: str
    project: str
    generations: tuple[str, ...]
    operating_system: Literal["ubuntu-22.04", "ubuntu-24.04"]
    architecture: Literal["x86_64", "arm64"]
    note: str

    @property
    def image(self) -> str:
        """What a boot disk takes."""
        return f"projects/{self.project}/global/images/family/{self.family}"


def tpu_runtime(generation: str) -> TpuRuntime:
    """The usual one of a generation; raises UnknownRow where the TPU API has none."""
    name = tpu_chips.tpu_generation(generation).name
    of_generation = {g: row for row in reversed(tpu_runtimes().values()) if row.usual for g in row.generations}
    if name not in of_generation:
        raise UnknownRow("TPU runtime of generation", name, of_generation)
    return of_generation[name]


def tpu_image(generation: str) -> TpuImage:
    """The family for a generation on Compute Engine; raises UnknownRow."""
    name = tpu_chips.tpu_generation(generation).name
    of_generation = {g: row for row in tpu_images().values() for g in row.generations}
    if name not in of_generation:
        raise UnknownRow("TPU image of generation", name, of_generation)
    return of_generation[name]


@once
def tpu_runtimes() -> dict[str, TpuRuntime]:
    return {row.name: row for row in load(TpuRuntime, "tpu_runtimes.csv")}


@once
def tpu_images() -> Mapping[str, TpuImage]:
    return {row.family: row for row in load(TpuImage, "tpu_images.csv")}
