"""What is in one machine? EC2 instance types with accelerators: chips, memory, cores, network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .overlays import once
from .rows import Confidence, Sourced, load, pick

Purchase = Literal["on-demand", "spot", "capacity-block"]


@dataclass(frozen=True, kw_only=True)
class Machine(Sourced):
    """One instance type; None is unknown. The columns are explained in the README."""

    name: str
    accelerator: str
    vendor: Literal["aws-neuron", "nvidia"]
    accelerators: int
    accelerator_memory_gib_each: float | None
    neuron_cores: int | None  # physical ones
    neuron_core_version: int | None
    logical_neuron_core_size: int | None  # physical cores in a logical one, by default
    vcpus: int
    memory_gib: float
    architecture: Literal["x86_64", "arm64"]
    nvme_disks: int
    nvme_gb_each: int
    network_gbps: float
    network_is_up_to: bool
    network_cards: int
    interfaces_max: int | None
    interfaces_per_card: int | None
    efa_interfaces: int
    efa_gbps: float
    efa_on_card_0: bool
    efa_version: int | None
    nitro: int | None
    ultracluster: bool
    in_ultraserver: bool
    bf16_dense_tflops_each: float | None
    ebs_gbps: float | None
    ena_express: bool | None
    purchases: tuple[Purchase, ...]
    placement_strategies: tuple[str, ...] | None
    less_sure: tuple[str, ...]  # column=confidence, for columns that are less sure than their row
    note: str

    @property
    def accelerator_memory_gib(self) -> float | None:
        """Of all accelerators together."""
        each = self.accelerator_memory_gib_each
        return None if each is None else round(self.accelerators * each, 2)

    def confidence_of(self, column: str) -> Confidence:
        said = dict(word.split("=") for word in self.less_sure)
        return said.get(column, self.confidence)  # type: ignore[return-value]  # the integrity tests check the words


def machine(name: str) -> Machine:
    """The instance type of that name; raises UnknownRow."""
    return pick("machine", machines(), name)


@once
def machines() -> Mapping[str, Machine]:
    return {row.name: row for row in load(Machine, "instance_types.csv")}
