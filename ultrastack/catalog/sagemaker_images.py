"""Which container serves a model on SageMaker, and which account of AWS holds it in a region?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class ServingImage(Sourced):
    """The newest known image of one line; None is unknown."""

    name: str
    registry: Literal["sagemaker", "neuron-public-gallery"]
    repository: str
    tag: str
    tag_is_whole: bool  # no: only how the tag begins is known
    made_for: Literal["neuron", "gpu"]
    families: tuple[str, ...] | None  # of machines that it is said to run on
    regions: tuple[str, ...] | None
    ended: bool  # no newer one will come
    note: str


@dataclass(frozen=True, kw_only=True)
class ImageAccount(Sourced):
    """The registry of AWS's own images in one region. These accounts belong to AWS and are published by it."""

    KEY: ClassVar = ("region",)

    region: str
    account_id: str
    registry_domain: str

    @property
    def registry(self) -> str:
        return f"{self.account_id}.dkr.ecr.{self.region}.{self.registry_domain}"


def serving_image(name: str) -> ServingImage:
    """The image of that name (djl-lmi-gpu); raises UnknownRow."""
    return pick("serving image", serving_images(), name)


def image_account(region: str) -> ImageAccount:
    """Where AWS's images lie in that region; raises UnknownRow."""
    return pick("image account of region", image_accounts(), region)


def serving_image_uri(name: str, region: str) -> str | None:
    """What a model's container takes; None where the whole tag is unknown or SageMaker cannot pull the image."""
    image = serving_image(name)
    if image.registry != "sagemaker" or not image.tag_is_whole:
        return None
    return f"{image_account(region).registry}/{image.repository}:{image.tag}"


@once
def serving_images() -> Mapping[str, ServingImage]:
    return {row.name: row for row in load(ServingImage, "serving_images.csv")}


@once
def image_accounts() -> Mapping[str, ImageAccount]:
    return {row.region: row for row in load(ImageAccount, "image_accounts.csv")}
