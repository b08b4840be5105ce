"""Each generation runs one usual runtime or image, and no other generation's."""

from __future__ import annotations

import pytest

from ultrastack.catalog import UnknownRow, tpu_generations, tpu_image, tpu_runtime, tpu_runtimes


def test_usual_runtimes() -> None:
    in_the_api = [name for name, row in tpu_generations().items() if row.api_type]
    assert {name: tpu_runtime(name).name for name in in_the_api} == {
        "v2": "tpu-ubuntu2204-base",
        "v3": "tpu-ubuntu2204-base",
        "v4": "tpu-ubuntu2204-base",
        "v5e": "v2-alpha-tpuv5-lite",
        "v5p": "v2-alpha-tpuv5",
        "v6e": "v2-alpha-tpuv6e",
    }


def test_a_generation_has_one_usual_runtime() -> None:
    usual = [name for row in tpu_runtimes().values() if row.usual for name in row.generations]
    assert len(set(usual)) == len(usual)
    assert not any(row.usual and row.is_pattern for row in tpu_runtimes().values())


def test_images() -> None:
    path = "projects/ubuntu-os-accelerator-images/global/images/family/"
    assert tpu_image("tpu7x").image == f"{path}ubuntu-accel-2404-amd64-tpu-tpu7x"
    assert tpu_image("v5p") is tpu_image("v6e")


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_runtime("tpu7x")
    assert str(raised.value) == (
        "no TPU runtime of generation 'tpu7x' in the catalogue; known: v6e, v5p, v5e, v2, v3, v4"
    )
    with pytest.raises(UnknownRow, match="^no TPU image of generation 'v5e' in the catalogue; did you mean 'v6e'"):
        tpu_image("v5e")
