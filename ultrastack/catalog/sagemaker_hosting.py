"""Which machines does SageMaker host models on, and where? Types by the regions that price them, and their drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .overlays import once
from .rows import Sourced, load, pick


@dataclass(frozen=True, kw_only=True)
class HostingType(Sourced):
    """One accelerated machine as SageMaker calls it. That the API knows a type does not mean that it is sold."""

    name: str
    machine: str  # the same machine in EC2
    hosting: bool  # the API takes it for a production variant
    hosting_regions: tuple[str, ...]  # with a price for hosting; empty: none has one
    hyperpod_regions: tuple[str, ...] | None  # with a price for HyperPod
    reserved_capacity: bool  # training plans can hold it
    less_sure: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class InferenceAmi(Sourced):
    """One machine image that an endpoint's variant can be pinned to: its driver is what a container must fit."""

    name: str
    made_for: Literal["neuron", "gpu"]
    operating_system: Literal["amazon-linux-2", "amazon-linux-2023"]
    driver: str
    cuda: str | None
    note: str


def hosting_type(name: str) -> HostingType:
    """The type of that name (ml.inf2.24xlarge); raises UnknownRow."""
    return pick("SageMaker type", hosting_types(), name)


def inference_ami(name: str) -> InferenceAmi:
    """The inference AMI version of that name; raises UnknownRow."""
    return pick("inference AMI", inference_amis(), name)


@once
def hosting_types() -> Mapping[str, HostingType]:
    return {row.name: row for row in load(HostingType, "hosting_types.csv")}


@once
def inference_amis() -> Mapping[str, InferenceAmi]:
    return {row.name: row for row in load(InferenceAmi, "inference_amis.csv")}
