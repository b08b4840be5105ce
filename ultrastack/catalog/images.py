"""Where does AWS publish the newest machine image? SSM public parameters, by a name of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class ImageParameter(Sourced):
    """One public parameter whose value is an AMI id."""

    name: str
    made_for: Literal["neuron", "gpu", "ecs", "pcs"]
    operating_system: Literal["ubuntu-24.04", "ubuntu-22.04", "amazon-linux-2023", "amazon-linux-2"]
    architecture: Literal["x86_64", "arm64"]
    parameter: str
    missing_in: tuple[str, ...]  # regions known not to have it
    note: str

    @property
    def image_id(self) -> str:
        """What a launch template takes instead of an AMI id; EC2 looks it up at each launch."""
        return f"resolve:ssm:{self.parameter}"


def image_parameter(name: str) -> ImageParameter:
    """The parameter of that name (neuron-multi-framework-ubuntu-24.04); raises UnknownRow."""
    return pick("image", image_parameters(), name)


@once
def image_parameters() -> Mapping[str, ImageParameter]:
    return {row.name: row for row in load(ImageParameter, "images.csv")}
