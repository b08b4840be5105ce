"""Ranges are inside others and apart from each other, or it is said why not."""

from __future__ import annotations

import pytest

from components.addresses import misplaced, place

APART = "; fix: choose ranges apart from each other"
CASES: list[tuple[dict[str, str], list[str], str | None]] = [
    ({}, ["10.0.0.0/16"], None),
    ({"a": "10.0.0.0/17", "b": "10.0.128.0/17"}, ["10.0.0.0/16"], None),
    ({"a": "10.0.0.0/16"}, ["10.0.0.0/16"], None),
    ({"a": "100.64.0.0/20"}, ["10.0.0.0/16", "100.64.0.0/16"], None),
    (
        {"a": "10.1.0.0/24"},
        ["10.0.0.0/16", "10.2.0.0/16"],
        "a (10.1.0.0/24) lies outside of 10.0.0.0/16 and 10.2.0.0/16; fix: choose a range inside",
    ),
    ({"a": "10.0.0.0/15"}, ["10.0.0.0/16"], "a (10.0.0.0/15) lies outside of 10.0.0.0/16; fix: choose a range inside"),
    ({"a": "10.0.1.0/24", "b": "10.0.0.0/20"}, ["10.0.0.0/16"], "b (10.0.0.0/20) and a (10.0.1.0/24) overlap" + APART),
    ({"a": "10.0.0.0/24", "b": "10.0.0.0/24"}, ["10.0.0.0/16"], "a (10.0.0.0/24) and b (10.0.0.0/24) overlap" + APART),
    (
        {"a": "10.0.0.0/20", "b": "10.0.1.0/28", "c": "10.0.2.0/28"},
        ["10.0.0.0/16"],
        "a (10.0.0.0/20) and b (10.0.1.0/28) overlap" + APART,
    ),
]


@pytest.mark.parametrize(("ranges", "inside", "said"), CASES, ids=[str(i) for i in range(len(CASES))])
def test_misplaced(ranges: dict[str, str], inside: list[str], said: str | None) -> None:
    assert misplaced(ranges, inside) == said


@pytest.mark.parametrize(
    ("cidr", "zone", "public", "expected"),
    [
        ("10.0.0.0/16", "use1-az1", False, "10.0.32.0/19"),
        ("10.0.0.0/16", "use1-az6", False, "10.0.192.0/19"),
        ("10.0.0.0/16", "use1-az7", True, "10.0.28.0/22"),
        ("192.168.0.0/25", "use1-az2", False, "192.168.0.32/28"),
        ("192.168.0.0/26", "use1-az2", False, None),  # AWS takes nothing smaller than /28
        ("192.168.0.0/22", "use1-az2", True, "192.168.0.32/28"),
        ("192.168.0.0/23", "use1-az2", True, None),
        ("10.0.0.0/16", "use1-az8", False, None),
        ("10.0.0.0/16", "usw2-lax1-az1", False, None),
        ("10.0.0.0/16", "use1-wl1-bos-wlz1", False, None),
    ],
)
def test_the_place_of_a_zone(cidr: str, zone: str, public: bool, expected: str | None) -> None:
    assert place(cidr, zone, public=public) == expected
