"""Every layout keeps to the rules of EC2, and wastes no device."""

from __future__ import annotations

import pytest

from ultrastack.catalog import EfaLayout, Interface, UnknownRow, efa_layout, efa_layouts, machine

LAYOUTS = [row for of_machine in efa_layouts().values() for row in of_machine.values()]
EACH = pytest.mark.parametrize("row", LAYOUTS, ids=lambda row: f"{row.machine}-{row.layout}")


@EACH
def test_a_layout_uses_every_efa_device(row: EfaLayout) -> None:
    assert sum(one.is_efa for one in row.interfaces) == row.efa_devices
    if row.machine == "p6e-gb200.36xlarge":  # its cards share network adapters: 1600 Gbps is reached with 4 or 8 of 16
        assert row.efa_devices in (4, 8)
    else:
        assert row.efa_devices == machine(row.machine).efa_interfaces


@EACH
def test_a_layout_is_one_that_ec2_takes(row: EfaLayout) -> None:
    host, interfaces = machine(row.machine), row.interfaces
    assert (interfaces[0].card, interfaces[0].device) == (0, 0)
    assert interfaces[0].type != "efa-only"  # refused as primary
    assert len({(one.card, one.device) for one in interfaces}) == len(interfaces)
    cards = [one.card for one in interfaces if one.is_efa]
    assert len(set(cards)) == len(cards)  # one EFA device on a card
    assert max(one.card for one in interfaces) < host.network_cards
    assert host.efa_on_card_0 or 0 not in cards
    for card in {one.card for one in interfaces}:
        devices = sorted(one.device for one in interfaces if one.card == card)
        assert devices == list(range(len(devices)))
        assert host.interfaces_per_card is None or len(devices) <= host.interfaces_per_card
    assert all(one.device == 0 for one in interfaces if one.is_efa and one.card > 0)  # the current guide's convention
    assert host.interfaces_max is None or len(interfaces) <= host.interfaces_max


@EACH
def test_a_layout_counts_its_addresses(row: EfaLayout) -> None:
    assert sum(one.has_ip for one in row.interfaces) == row.private_ips


def test_the_layout_of_a_trn2_machine() -> None:
    expected = [Interface(0, 0, "interface"), Interface(0, 1, "efa-only")]
    expected += [Interface(card, 0, "efa-only") for card in range(1, 16)]
    assert efa_layout("trn2u.48xlarge").interfaces == tuple(expected)
    assert efa_layout("trn2u.48xlarge", "combined").interfaces == (
        Interface(0, 0, "efa"),
        *(Interface(card, 0, "efa-only") for card in range(1, 16)),
    )


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        efa_layout("trn2u.48xlarge", "efa-onli")
    assert str(raised.value) == (
        "no EFA layout of trn2u.48xlarge 'efa-onli' in the catalogue; did you mean 'efa-only'?"
    )
    with pytest.raises(UnknownRow, match="^no EFA layout of machine 'inf2.xlarge' in the catalogue$"):
        efa_layout("inf2.xlarge")
    with pytest.raises(UnknownRow, match="^no machine 'trn2u.48xlarg' in the catalogue; did you mean 'trn2u.48xlarge'"):
        efa_layout("trn2u.48xlarg")
