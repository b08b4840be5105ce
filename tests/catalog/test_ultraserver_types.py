"""An UltraServer is the sum of its machines."""

from __future__ import annotations

import pytest

from ultrastack.catalog import UltraServer, machine, machines, ultraserver, ultraservers, ultraservers_of


@pytest.mark.parametrize("row", ultraservers().values(), ids=ultraservers().keys())
def test_an_ultraserver_is_the_sum_of_its_machines(row: UltraServer) -> None:
    assert row.accelerators % row.machines == 0
    if row.machine is None:  # nothing is public about it
        assert row.ultraserver_type is None
        return
    one = machine(row.machine)
    assert one.in_ultraserver
    assert row.accelerator == one.accelerator
    assert row.accelerators == row.machines * one.accelerators
    assert row.efa_gbps == row.machines * one.efa_gbps
    for total, each in (
        (row.vcpus, one.vcpus),
        (row.memory_gib, one.memory_gib),
        (row.accelerator_memory_gib, one.accelerator_memory_gib),
    ):
        assert total is None or total == row.machines * (each or 0)
    assert row.job_sizes is None or max(row.job_sizes) == row.machines


def test_every_machine_of_an_ultraserver_is_in_one() -> None:
    for name, row in machines().items():
        assert row.in_ultraserver == bool(ultraservers_of(name)), name


def test_the_trn2_ultraserver() -> None:
    row = ultraserver("trn2")
    assert (row.machine, row.machines, row.accelerators, row.accelerator_memory_gib, row.efa_gbps) == (
        "trn2u.48xlarge",
        4,
        64,
        6144,
        12800,
    )
    assert [row.name for row in ultraservers_of("p6e-gb200.36xlarge")] == ["p6e-gb200x36", "p6e-gb200x72"]
