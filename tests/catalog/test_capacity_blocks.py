"""A block has one of the lengths that are sold, and a place that somebody named."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import (
    UnknownRow,
    capacity_block_places,
    capacity_block_rules,
    machine,
    machines,
    ultraserver,
    ultraservers,
)


@pytest.mark.parametrize("kind", ["machines", "ultraservers"])
def test_blocks_last_days_then_weeks(kind: str) -> None:
    rules = capacity_block_rules(kind)
    assert rules.duration_hours == (*range(24, 337, 24), *range(504, 4369, 168))  # to 14 days, then to 26 weeks
    assert (
        [h for h in (24, 336, 504, 4368) if not rules.sells(h)] == [h for h in (12, 360, 4536) if rules.sells(h)] == []
    )
    assert rules.market_type == "capacity-block"
    assert not rules.placement_group
    assert not rules.cancellable
    assert rules.takes_platform("Ubuntu Pro")
    assert not rules.takes_platform("Windows")
    assert re.fullmatch(r"\d\d:\d\d", rules.ends_at_utc)


def test_what_the_two_kinds_differ_in() -> None:
    single, ultra = capacity_block_rules("machines"), capacity_block_rules("ultraservers")
    assert (single.machines_max, single.machines_per_organization_max, single.ultraservers_max) == (64, 256, None)
    assert (ultra.machines_max, ultra.ultraservers_max) == (None, 1)
    assert (single.machines_end_at_utc, ultra.machines_end_at_utc) == ("11:00", None)
    assert (single.owner_ends_minutes_before, ultra.owner_ends_minutes_before) == (None, 60)
    assert (single.ram_shareable, single.resource_group_target) == (True, False)
    assert (ultra.ram_shareable, ultra.resource_group_target) == (False, True)
    with pytest.raises(UnknownRow) as raised:
        capacity_block_rules("ultraserver")
    assert str(raised.value) == (
        "no kind of Capacity Block 'ultraserver' in the catalogue; did you mean 'ultraservers'?"
    )


def test_a_place_is_in_its_region() -> None:
    for row in capacity_block_places():
        assert row.local_zone == (row.place != row.region), row
        assert row.place.startswith(row.region), row
        assert (row.kind == "ultraservers") == (row.product in ultraservers()), row


def test_machines_with_places_are_sold_as_blocks() -> None:
    # The API's flag and the User Guide's list are two sources; they have to agree on every machine.
    named = {row.product for row in capacity_block_places() if row.kind == "machines"}
    flagged = {name for name, row in machines().items() if "capacity-block" in row.purchases}
    assert named <= flagged
    assert flagged - named == {"trn2u.48xlarge", "p6e-gb200.36xlarge"}  # sold as UltraServers
    assert all(machine(name).in_ultraserver for name in flagged - named)


def test_ultraservers_and_their_own_rows_agree() -> None:
    for name, row in ultraservers().items():
        assert {p.place for p in capacity_block_places(name)} == set(row.block_regions), name
    assert [p.place for p in capacity_block_places("trn2")] == ["us-east-2"]
    assert ultraserver("trn2").machine not in {p.product for p in capacity_block_places()}


def test_places_by_region() -> None:
    assert {p.place for p in capacity_block_places("p6-b300.48xlarge", "us-east-1")} == {
        "us-east-1",
        "us-east-1-atl-2a",
    }
    assert capacity_block_places("inf2.xlarge") == ()
