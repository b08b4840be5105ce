"""A generation's names and shapes follow its own rules."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import TpuGeneration, UnknownRow, tpu_generation, tpu_generations, tpu_slices

EACH = pytest.mark.parametrize("row", tpu_generations().values(), ids=tpu_generations().keys())


def test_all_generations_are_here() -> None:
    assert list(tpu_generations()) == ["v2", "v3", "v4", "v5e", "v5p", "v6e", "tpu7x", "tpu7", "tpu8t", "tpu8i"]


@EACH
def test_a_generation_is_possible(row: TpuGeneration) -> None:
    assert (row.accelerator_type_counts is None) or row.accelerator_type_prefix
    assert row.api_type is None or row.name in ("v2", "v3", "v4", "v5e", "v5p", "v6e")  # the TPU API's enumeration
    assert row.slice_chips_max is None or row.pod_chips is None or row.slice_chips_max <= row.pod_chips
    assert row.chips_per_host is None or max(row.chips_per_vm) <= row.chips_per_host
    assert row.vm_family is None or re.fullmatch(r"VM_FAMILY_CLOUD_TPU_[A-Z0-9_]+", row.vm_family)
    assert row.cubes_max is None or row.network in ("3d-torus", None)
    assert (row.status == "announced") == (row.host_architecture == "arm64")


@pytest.mark.parametrize(
    ("name", "accelerator_type", "chips"),
    [
        ("v4", "v4-8", 4),
        ("v5p", "v5p-8", 4),
        ("v5e", "v5litepod-8", 8),
        ("v6e", "v6e-8", 8),
        ("tpu7x", "tpu7x-8", 4),
        ("v5p", "v5p-7", None),
        ("v5p", "v5p-0", None),
        ("v5e", "v5e-8", None),
        ("v5p", "v5p", None),
        ("tpu8t", "tpu8t-8", None),
    ],
)
def test_what_the_number_in_a_name_counts(name: str, accelerator_type: str, chips: int | None) -> None:
    assert tpu_generation(name).chips_of(accelerator_type) == chips


@pytest.mark.parametrize(
    ("name", "topology", "follows"),
    [
        ("v4", "2x2x2", True),
        ("v4", "4x4x16", True),
        ("v4", "16x16x16", True),
        ("v4", "16x16x20", False),
        ("v5p", "4x4x8_untwisted", True),
        ("v5p", "16x16x24", True),
        ("v5p", "16x16x28", False),
        ("v5p", "8x4x4", False),
        ("v5p", "1x1x1", False),
        ("v5p", "2x2x8", False),
        ("v5p", "4x4", False),
        ("v5p", "4x4x", False),
        ("tpu7x", "1x1x1", True),
        ("tpu7x", "16x24x24", True),
        ("tpu7x", "4x4x8_untwisted", False),
        ("v6e", "4x4", None),
        ("tpu8t", "4x4x4", None),
    ],
)
def test_which_shapes_a_3d_torus_can_have(name: str, topology: str, follows: bool | None) -> None:
    assert tpu_generation(name).follows_the_rule(topology) is follows


@pytest.mark.parametrize("name", ["v4", "v5p", "tpu7x"])
def test_every_listed_shape_follows_the_rule(name: str) -> None:
    for row in tpu_slices(name).values():
        assert tpu_generation(name).follows_the_rule(row.topology) == (row.schedulable is not False), row


def test_published_numbers() -> None:
    ironwood, trillium = tpu_generation("tpu7x"), tpu_generation("v6e")
    assert (ironwood.hbm_gib_per_chip, ironwood.bf16_tflops_per_chip, ironwood.pod_chips) == (192, 2307, 9216)
    assert (trillium.hbm_gib_per_chip, trillium.bf16_tflops_per_chip, trillium.slice_chips_max) == (32, 918, 256)
    assert tpu_generation("v5p").hbm_gib_per_chip == 95
    assert tpu_generation("v2").ici_gbytes_per_second is None
    assert tpu_generation("v5p").confidence_of("untwisted_suffix") == "likely"


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_generation("trillium")
    assert str(raised.value) == (
        "no TPU generation 'trillium' in the catalogue; known: v2, v3, v4, v5e, v5p, v6e, tpu7x, tpu7, tpu8t, tpu8i"
    )
