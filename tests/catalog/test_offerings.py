"""A machine is offered in the regions and zones that somebody saw."""

from __future__ import annotations

import pytest

from ultrastack.catalog import UnknownRow, listed_on_demand, machine_region, machine_regions, machines


def test_every_machine_is_offered_somewhere() -> None:
    assert [name for name in machines() if not machine_regions(name)] == []


def test_every_offer_has_a_zone() -> None:
    for name in machines():
        for row in machine_regions(name).values():
            assert row.availability_zone_ids or row.local_zones, row


def test_trainium() -> None:
    assert list(machine_regions("trn2.48xlarge")) == ["ap-south-2", "us-east-2"]
    assert machine_region("trn1.32xlarge", "us-east-2").availability_zone_ids == ("use2-az3",)
    # blocks of it are documented for us-east-2, which the offerings leave out
    assert list(machine_regions("trn2u.48xlarge")) == ["ap-south-2"]
    assert machine_region("p6e-gb200.36xlarge", "us-east-1").local_zones == ("us-east-1-dfw-2a",)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        machine_region("trn2.48xlarge", "us-east-1")
    assert str(raised.value) == (
        "no region that offers trn2.48xlarge 'us-east-1' in the catalogue; did you mean 'us-east-2'?"
    )
    with pytest.raises(UnknownRow, match="^no machine 'trn2.48xlarg' in the catalogue; did you mean 'trn2.48xlarge'"):
        machine_regions("trn2.48xlarg")


def test_some_machines_have_no_public_price_on_demand() -> None:
    asked = {name: listed_on_demand(name) for name in machines()}
    assert [name for name, listed in asked.items() if listed is False] == [
        "trn2.3xlarge",
        "trn2.48xlarge",
        "trn2u.48xlarge",
        "p5e.48xlarge",
        "p6e-gb200.36xlarge",
    ]
    assert asked["p5.48xlarge"] is True
    assert asked["g6.xlarge"] is None  # not looked up
