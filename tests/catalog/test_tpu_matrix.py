"""The matrix has one answer for each generation, purchase and plane, and a reason where the answer is no."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from ultrastack.catalog import (
    UnknownRow,
    rows_of,
    tpu_generations,
    tpu_plane,
    tpu_planes,
    tpu_way,
    tpu_ways,
)
from ultrastack.catalog.tpu_matrix import Plane, TpuPurchase, TpuWay

PLANES, PURCHASES = get_args(Plane), get_args(TpuPurchase)
CELLS: list[TpuWay] = list(rows_of("tpu_ways.csv"))  # type: ignore[arg-type]  # the rows of that table are these


def possible(plane: str, purchase: str) -> dict[str, bool | None]:
    return {name: tpu_way(name, purchase, plane).possible for name in tpu_generations()}


def test_every_cell_is_there_once() -> None:
    expected = {(g, purchase, plane) for g in tpu_generations() for purchase in PURCHASES for plane in PLANES}
    found = Counter((cell.generation, cell.purchase, cell.plane) for cell in CELLS)
    assert set(found) == expected
    assert set(found.values()) == {1}
    assert len(CELLS) == 10 * 5 * 4


def test_a_cell_says_how_or_why_not() -> None:
    for cell in CELLS:
        assert bool(cell.write) == cell.expressible, cell
        assert cell.reason, cell
        assert cell.offered is not None or cell.confidence == "unknown", cell
        assert not (cell.offered is False and cell.expressible), cell


def test_the_planes_are_those_of_the_matrix() -> None:
    assert tuple(tpu_planes()) == PLANES
    assert {p.quota_pool for p in tpu_planes().values() if p.name in ("tpu-vm", "queued-resource")} == {"tpu-api"}


def test_the_tpu_api_ends_at_v6e() -> None:
    reached = [g for g, row in tpu_generations().items() if row.api_type]
    assert [g for g, yes in possible("tpu-vm", "on-demand").items() if yes] == reached
    assert tpu_way("tpu7x", "on-demand", "tpu-vm").reason == "the TPU API ends at v6e; use compute-engine or gke"


def test_compute_engine_has_no_v5e() -> None:
    assert [g for g, yes in possible("compute-engine", "on-demand").items() if yes] == ["v5p", "v6e", "tpu7x"]
    assert tpu_way("v5e", "spot", "compute-engine").reason == (
        "an instance is refused though a template is taken; use tpu-vm or gke"
    )


def test_a_queued_resource_is_on_demand_or_nothing() -> None:
    for purchase in PURCHASES[1:]:
        assert not any(possible("queued-resource", purchase).values()), purchase
    plane = tpu_plane("queued-resource")
    assert (plane.several_slices, plane.labels, plane.startup_script) == (False, False, False)


def test_what_can_be_bought_as_flex_start() -> None:
    assert not any(possible("tpu-vm", "flex-start").values())
    assert {g: yes for g, yes in possible("gke", "flex-start").items() if yes is not False} == {
        "v5e": None,
        "v5p": True,
        "v6e": True,
        "tpu7x": True,
    }


def test_nothing_is_promised_of_what_was_only_announced() -> None:
    assert {way.possible for g in ("tpu7", "tpu8t", "tpu8i") for way in CELLS if way.generation == g} == {False}


def test_every_current_generation_can_be_had_somehow() -> None:
    for name, row in tpu_generations().items():
        if row.status in ("current", "legacy", "limited"):
            assert any(way.possible for way in tpu_ways(name, "on-demand")), name
            assert any(way.possible for way in tpu_ways(name, "spot")), name


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("v6", "spot", "gke"), "no TPU generation 'v6' in the catalogue; did you mean 'v6e'?"),
        (("v6e", "sport", "gke"), "no TPU purchase 'sport' in the catalogue; did you mean 'spot'?"),
        (("v6e", "spot", "gce"), "no TPU plane 'gce' in the catalogue; did you mean 'gke'?"),
    ],
)
def test_what_is_not_there_is_named(words: tuple[str, str, str], complaint: str) -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_way(*words)
    assert str(raised.value) == complaint
