"""What a machine holds is possible, and the numbers people rely on are the published ones."""

from __future__ import annotations

import pytest

from ultrastack.catalog import Machine, efa_layouts, machine, machines
from ultrastack.catalog.rows import load

EACH = pytest.mark.parametrize("row", machines().values(), ids=machines().keys())
NITRO_TO_EFA = {3: 1, 4: 2, 5: 3, 6: 4}


def test_names_are_unique() -> None:
    assert len(load(Machine, "instance_types.csv")) == len(machines()) > 50


@EACH
def test_a_machine_has_something_of_everything(row: Machine) -> None:
    assert row.accelerators > 0
    assert row.vcpus > 0
    assert row.memory_gib > 0
    assert row.network_gbps > 0
    assert row.network_cards > 0
    assert row.purchases
    assert (row.nvme_disks == 0) == (row.nvme_gb_each == 0)


@EACH
def test_cores_belong_to_neuron_machines_alone(row: Machine) -> None:
    cores = (row.neuron_cores, row.neuron_core_version, row.logical_neuron_core_size)
    if row.vendor == "nvidia":
        assert cores == (None, None, None)
        return
    per_chip = {"Trainium": 2, "Inferentia2": 2, "Trainium2": 8}  # Neuron documentation, architecture pages
    assert row.neuron_cores == row.accelerators * per_chip[row.accelerator]
    assert row.logical_neuron_core_size == (2 if row.accelerator == "Trainium2" else 1)


@EACH
def test_efa_fits_the_cards(row: Machine) -> None:
    assert (row.efa_interfaces == 0) == (row.efa_gbps == 0)
    assert row.efa_interfaces <= row.network_cards
    assert row.efa_gbps <= row.network_gbps
    assert (row.name in efa_layouts()) == (row.efa_interfaces > 0)
    # card 0 takes EFA where there is a device for every card (EC2 User Guide, efa-acc-inst-types)
    assert row.efa_on_card_0 == (row.efa_interfaces == row.network_cards)
    if row.efa_version is not None and row.nitro is not None:
        assert row.efa_version == NITRO_TO_EFA[row.nitro]
    if row.interfaces_max is not None and row.interfaces_per_card is not None:
        assert row.interfaces_per_card <= row.interfaces_max <= row.interfaces_per_card * row.network_cards


def test_the_trainium2_memory_is_that_of_the_documentation_not_of_the_api() -> None:
    # DescribeInstanceTypes says 524288 MiB per chip
    assert (machine("trn2.48xlarge").accelerator_memory_gib_each, machine("trn2.48xlarge").accelerator_memory_gib) == (
        96,
        1536,
    )
    assert machine("p6e-gb200.36xlarge").accelerator_memory_gib is None


@pytest.mark.parametrize(
    ("name", "chips", "efa", "gbps"),
    [
        ("trn1.32xlarge", 16, 8, 800),
        ("trn1n.32xlarge", 16, 16, 1600),
        ("trn2.48xlarge", 16, 16, 3200),
        ("trn2u.48xlarge", 16, 16, 3200),
        ("p5.48xlarge", 8, 32, 3200),
        ("p5en.48xlarge", 8, 16, 3200),
        ("p6-b300.48xlarge", 8, 16, 6400),
        ("inf2.48xlarge", 12, 0, 0),
    ],
)
def test_published_numbers(name: str, chips: int, efa: int, gbps: int) -> None:
    row = machine(name)
    assert (row.accelerators, row.efa_interfaces, row.efa_gbps) == (chips, efa, gbps)


def test_a_column_may_be_less_sure_than_its_row() -> None:
    row = machine("trn2.3xlarge")
    assert (row.confidence, row.confidence_of("vcpus"), row.confidence_of("efa_interfaces")) == (
        "sure",
        "sure",
        "likely",
    )
