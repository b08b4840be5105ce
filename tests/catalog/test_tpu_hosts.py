"""A TPU machine's name says how many chips it has."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import TpuMachineType, UnknownRow, tpu_generation, tpu_machine_type, tpu_machine_types, tpu_ways


@pytest.mark.parametrize("row", tpu_machine_types().values(), ids=tpu_machine_types().keys())
def test_a_machine_fits_its_generation(row: TpuMachineType) -> None:
    name = re.fullmatch(r"[a-z0-9]+-[a-z]+-(\d)t(-tpu)?", row.name)
    assert name
    assert row.chips == int(name[1])
    if row.joins_slices:
        assert row.chips in tpu_generation(row.generation).chips_per_vm
    for plane in row.planes:
        possible = {way.plane: way.possible for way in tpu_ways(row.generation, "on-demand")}
        assert possible[plane], (row, plane)


def test_memory_and_cpus_grow_with_the_chips() -> None:
    def each(name: str) -> float:
        row = tpu_machine_type(name)
        return (row.memory_gb or 0) / row.chips

    assert {each(f"ct6e-standard-{chips}t") for chips in (1, 4)} == {176, 180}
    assert each("tpu7x-standard-1t") == each("tpu7x-standard-4t") == 240


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_machine_type("ct6e-standard-2t")
    assert str(raised.value).startswith(
        "no TPU machine type 'ct6e-standard-2t' in the catalogue; did you mean 'ct6e-st"
    )
