"""A zone lies in its region, also where its name is longer than usual."""

from __future__ import annotations

import pytest

from ultrastack.catalog import UnknownRow, tpu_generations, tpu_regions, tpu_zone, tpu_zones


def test_a_zone_is_in_its_region() -> None:
    for name in tpu_generations():
        for row in tpu_zones(name).values():
            assert row.zone.rpartition("-")[0] == row.region, row
            assert row.ai_zone == ("-ai" in row.zone), row
            assert row.on_page or row.in_price_catalogue, row
            assert row.flex_start is not True or row.generation in ("v5p", "v6e", "tpu7x"), row


def test_how_many_zones_there_are() -> None:
    assert {name: len(tpu_zones(name)) for name in tpu_generations() if tpu_zones(name)} == {
        "v2": 6,
        "v3": 5,
        "v4": 1,
        "v5e": 27,
        "v5p": 11,
        "v6e": 21,
        "tpu7x": 2,
    }


def test_published_zones() -> None:
    v6e = tpu_zone("v6e", "us-south1-ai1b")
    assert (v6e.region, v6e.ai_zone, v6e.flex_start, v6e.calendar) == ("us-south1", True, True, ())
    assert [z for z, row in tpu_zones("v6e").items() if row.flex_start] == [
        "asia-northeast1-b",
        "us-east5-a",
        "us-south1-ai1b",
    ]
    assert tpu_zone("v5e", "us-west4-a").calendar == ("training",)
    assert tpu_zone("v5e", "us-west4-a").flex_start is None
    assert tpu_zone("v4", "us-central2-b").flex_start is False


def test_regions_by_list() -> None:
    assert {(row.region, row.said_by) for row in tpu_regions("tpu7x")} == {
        ("europe-west2", "machine-types"),
        ("us-central1", "machine-types"),
        ("us-east1", "machine-types"),
        ("us-central1", "billing-skus"),
        ("us-east1", "billing-skus"),
        ("us-west1", "billing-skus"),
    }


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        tpu_zone("v6e", "us-east5-d")
    assert str(raised.value).startswith("no zone with v6e 'us-east5-d' in the catalogue; did you mean 'us-east5-")
