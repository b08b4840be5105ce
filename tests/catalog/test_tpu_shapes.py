"""A slice is the product of its sides, and the sum of its machines."""

from __future__ import annotations

from math import prod

import pytest

from ultrastack.catalog import (
    UnknownRow,
    tpu_generation,
    tpu_generations,
    tpu_machine_type,
    tpu_slice,
    tpu_slice_of,
    tpu_slices,
)

WITH_SHAPES = ["v2", "v3", "v4", "v5e", "v5p", "v6e", "tpu7x"]


def test_how_many_shapes_there_are() -> None:
    counts = {name: len(tpu_slices(name)) for name in tpu_generations()}
    assert counts == {
        "v2": 5,
        "v3": 8,
        "v4": 12,
        "v5e": 8,
        "v5p": 96,
        "v6e": 8,
        "tpu7x": 99,
        "tpu7": 0,
        "tpu8t": 0,
        "tpu8i": 0,
    }


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_a_shape_adds_up(name: str) -> None:
    generation = tpu_generation(name)
    for row in tpu_slices(name).values():
        sides = [int(side) for side in row.topology.split("x")]
        assert len(sides) == {"2d-torus": 2, "3d-torus": 3}[str(generation.network)], row
        assert sides == sorted(sides) or row.topology == "2x2x1", row
        assert row.chips == prod(sides) == row.vms * row.chips_per_vm, row
        assert row.cores == row.chips * generation.cores_per_chip, row
        assert row.chips_per_vm in generation.chips_per_vm, row
        assert row.chips <= (generation.slice_chips_max or 0) or row.schedulable is False, row
        whole = all(side % 4 == 0 for side in sides)
        assert row.cubes is None or row.cubes == (row.chips // 64 if whole else 0), row


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_a_shape_has_one_name(name: str) -> None:
    generation = tpu_generation(name)
    for row in tpu_slices(name).values():
        assert (row.accelerator_type is None) == (generation.api_type is None) == (row.common_name is not None), row
        word = row.accelerator_type or row.common_name or ""
        assert generation.chips_of(word) == row.chips, row
        assert tpu_slice_of(word) is row


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_a_shape_is_made_of_machines_that_exist(name: str) -> None:
    for row in tpu_slices(name).values():
        if row.machine_type is None:
            assert name in ("v2", "v3")
            continue
        one = tpu_machine_type(row.machine_type)
        assert (one.generation, one.chips, one.joins_slices) == (name, row.chips_per_vm, True), row
        assert not row.compute_engine or "compute-engine" in one.planes, row


@pytest.mark.parametrize("name", ["v4", "v5p", "tpu7x"])
def test_a_shape_twists_when_one_or_two_of_its_sides_are_double(name: str) -> None:
    for row in tpu_slices(name).values():
        a, b, c = (int(side) for side in row.topology.split("x"))
        double = (a == b and c == 2 * a) or (b == c and b == 2 * a)
        assert row.twistable == (double and a % 4 == 0), row


def test_shapes_come_in_order() -> None:
    for name in WITH_SHAPES:
        chips = [row.chips for row in tpu_slices(name).values()]
        assert chips == sorted(set(chips)), name  # one usual shape for each number of chips


def test_published_shapes() -> None:
    v5p = tpu_slice("v5p", "4x4x8")
    assert (v5p.accelerator_type, v5p.chips, v5p.vms, v5p.machine_type) == ("v5p-256", 128, 32, "ct5p-hightpu-4t")
    v6e = tpu_slice_of("v6e-16")
    assert (v6e.topology, v6e.vms, v6e.machine_type) == ("4x4", 4, "ct6e-standard-4t")
    assert (tpu_slice("v6e", "2x4").vms, tpu_slice("v6e", "2x4").machine_type) == (1, "ct6e-standard-8t")
    assert (tpu_slice_of("tpu7x-8").topology, tpu_slice("tpu7x", "1x1x1").compute_engine) == ("2x2x1", False)


def test_an_untwisted_shape_is_that_shape() -> None:
    assert tpu_slice("v5p", "4x4x8_untwisted") is tpu_slice("v5p", "4x4x8")
    with pytest.raises(UnknownRow):
        tpu_slice("v5p", "4x4x4_untwisted")  # it has no twist
    with pytest.raises(UnknownRow):
        tpu_slice("tpu7x", "4x4x8_untwisted")  # how it is written there is not known


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_slice("v6e", "4x6")
    assert str(raised.value) == "no v6e topology '4x6' in the catalogue; did you mean '4x8'?"
    with pytest.raises(UnknownRow, match="^no accelerator type 'v6e-17' in the catalogue; did you mean 'v6e-1"):
        tpu_slice_of("v6e-17")
    with pytest.raises(UnknownRow, match="^no TPU generation 'v5' in the catalogue"):
        tpu_slice("v5", "4x4")
