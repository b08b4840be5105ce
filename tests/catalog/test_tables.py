"""What all tables keep to together: keys are unique, places are real names, and every name used elsewhere exists."""

from __future__ import annotations

import dataclasses
import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ultrastack import catalog
from ultrastack.catalog.rows import Sourced

AWS_REGION = re.compile(r"(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us|us-gov)-(de-)?[a-z]+-\d")
AWS_ZONE_ID = re.compile(r"[a-z]{3,4}\d-az\d")
AWS_LOCAL_ZONE = re.compile(r"[a-z]{2}-[a-z]+-\d-[a-z]{3}-\d[a-z]")
GOOGLE_REGION = re.compile(r"[a-z]+-[a-z]+\d+")
GOOGLE_ZONE = re.compile(r"[a-z]+-[a-z]+\d+-(ai\d)?[a-z]")  # an AI zone's letter has more in front of it


def cells(wanted: str, *, of: str = "") -> Iterator[tuple[str, Any]]:
    """Table and value of every cell in columns of that name; lists one by one."""
    for table in catalog.table_names():
        if of in table:
            for row in catalog.rows_of(table):
                value = getattr(row, wanted, None)
                yield from (
                    (table, one) for one in (value if isinstance(value, tuple) else (value,)) if one is not None
                )


@pytest.mark.parametrize("table", catalog.table_names())
def test_a_key_is_unique(table: str) -> None:
    found = Counter(tuple(getattr(row, column) for column in row.KEY) for row in catalog.rows_of(table))
    assert {k: n for k, n in found.items() if n > 1} == {}


@pytest.mark.parametrize("table", catalog.table_names())
def test_a_table_is_not_empty_and_all_its_rows_are_of_one_kind(table: str) -> None:
    rows = catalog.rows_of(table)
    assert len({type(row) for row in rows}) == 1
    assert isinstance(rows[0], Sourced)


@pytest.mark.parametrize("table", catalog.table_names())
def test_numbers_are_positive_where_nothing_is_no_answer(table: str) -> None:
    may_be_0 = {"cubes", "efa_interfaces", "efa_gbps", "nvme_disks", "nvme_gb_each", "growth_step_gib"}
    for row in catalog.rows_of(table):
        for field in dataclasses.fields(row):
            value = getattr(row, field.name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, int | float) and not isinstance(one, bool) and field.name not in may_be_0:
                    assert one > 0, (row, field.name)


def test_regions_of_aws_are_written_as_aws_does() -> None:
    aws = [*cells("region", of="machine_regions"), *cells("region", of="capacity"), *cells("region", of="image_acc")]
    lists = ("hosting_regions", "hyperpod_regions", "missing_in")
    aws += [cell for column in lists for cell in cells(column)] + list(cells("regions", of="serving_images"))
    assert [cell for cell in aws if not AWS_REGION.fullmatch(cell[1])] == []
    assert len({region for _, region in aws}) > 30


def test_zones_of_aws_are_in_their_region() -> None:
    assert [cell for cell in cells("availability_zone_ids") if not AWS_ZONE_ID.fullmatch(cell[1])] == []
    for row in (row for of_machine in catalog.machines() for row in catalog.machine_regions(of_machine).values()):
        area, *middle, number = row.region.split("-")
        short = {"northeast": "ne", "southeast": "se"}
        prefix = area + "".join(short.get(word, word[0]) for word in middle) + number
        assert all(zone.startswith(f"{prefix}-az") for zone in row.availability_zone_ids), row
        assert all(AWS_LOCAL_ZONE.fullmatch(z) and z.startswith(f"{row.region}-") for z in row.local_zones), row


def test_regions_and_zones_of_google_are_written_as_google_does() -> None:
    assert [cell for cell in cells("zone", of="tpu") if not GOOGLE_ZONE.fullmatch(cell[1])] == []
    assert [cell for cell in cells("region", of="tpu") if not GOOGLE_REGION.fullmatch(cell[1])] == []


def test_every_machine_that_is_named_exists() -> None:
    machines, ultraservers = set(catalog.machines()), set(catalog.ultraservers())
    assert {cell for cell in cells("machine") if cell[1] not in machines} == set()
    assert {cell for cell in cells("product") if cell[1] not in machines | ultraservers} == set()


def test_every_generation_that_is_named_exists() -> None:
    generations = set(catalog.tpu_generations())
    named = {*cells("generation"), *cells("generations")}
    assert {cell for cell in named if cell[1] not in generations} == set()


def test_every_tpu_machine_that_is_named_exists() -> None:
    assert {cell for cell in cells("machine_type") if cell[1] not in catalog.tpu_machine_types()} == set()


def test_every_plane_that_is_named_exists() -> None:
    named = {*cells("plane"), *cells("planes")}
    assert {cell for cell in named if cell[1] not in catalog.tpu_planes()} == set()


def test_everything_offered_is_there_and_nothing_hides_it() -> None:
    for name in catalog.__all__:
        assert callable(getattr(catalog, name)), name
    for module in [name for name in sys.modules if name.startswith("ultrastack.catalog.")]:
        importlib.import_module(module)
        assert module.rpartition(".")[2] not in catalog.__all__  # a module of that name would hide it
    with pytest.raises(AttributeError, match="has no attribute 'abacus'"):
        _ = catalog.abacus
    assert set(catalog.__all__) <= set(dir(catalog))
