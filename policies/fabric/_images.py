"""What is a machine image made for, as far as its public parameter says it?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ultrastack.catalog import ImageParameter, image_parameters

BY_PARAMETER = "resolve:ssm:"
ARM, X86 = "arm64", "x86_64"
NEURON, NVIDIA = "aws-neuron", "nvidia"


@dataclass(frozen=True)
class Image:
    """Empty is what its name does not say."""

    architecture: str
    vendor: str  # whose driver is in it


def row_of(parameter: str) -> ImageParameter | None:
    """The row of the catalogue; a version after the name (`:3`) does not matter."""
    path = parameter.partition(":")[0]
    return next((row for row in image_parameters().values() if row.parameter == path), None)


def image_of(parameter: str) -> Image:
    """By its row in the catalogue, else by the words of its path."""
    said = _of_words(parameter)
    row = row_of(parameter)
    if row is None:
        return said
    return Image(row.architecture, {"neuron": NEURON, "gpu": NVIDIA}.get(row.made_for, said.vendor))


def image_of_nodes(ami_type: str) -> Image:
    """AL2023_x86_64_NEURON: how EKS calls an image. Its AL2 image for GPUs has the Neuron driver too."""
    return _of_words(ami_type.lower())


def _of_words(text: str) -> Image:
    words = set(re.split(r"[^a-z0-9]+", text.replace("x86_64", "x8664").replace("arm_64", "arm64").lower()))
    architecture = ARM if words & {"arm64", "aarch64"} else X86 if words & {"x8664", "amd64"} else ""
    if words & {"neuron"} or {"ecs", "inf"} <= words:
        return Image(architecture, NEURON)
    return Image(architecture, NVIDIA if "nvidia" in words or {"ecs", "gpu"} <= words else "")
