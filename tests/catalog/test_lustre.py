"""The sizes and throughputs of FSx for Lustre are those that its API takes."""

from __future__ import annotations

import pytest

from ultrastack.catalog import LustreTier, lustre_tiers

EACH = pytest.mark.parametrize("tier", lustre_tiers(), ids=lambda t: f"{t.deployment_type}-{t.storage_type}-{t.efa}")


def test_no_tier_is_listed_twice() -> None:
    keys = [(t.deployment_type, t.storage_type, t.efa, t.throughput_mbps_per_tib) for t in lustre_tiers()]
    assert len(set(keys)) == len(keys)


@EACH
def test_a_tier_is_sold_by_size_or_by_throughput(tier: LustreTier) -> None:
    by_throughput = tier.storage_type == "INTELLIGENT_TIERING"
    assert (tier.capacity_step_gib is None) == by_throughput
    assert (tier.throughput_capacity_step_mbps is not None) == by_throughput
    assert (tier.throughput_mbps_per_tib is None) == by_throughput
    assert tier.throughput_is_chosen == (tier.deployment_type.startswith("PERSISTENT") and not by_throughput)
    if by_throughput:
        step = tier.throughput_capacity_step_mbps or 1
        assert (tier.throughput_capacity_min_mbps or 1) % step == (tier.throughput_capacity_max_mbps or 1) % step == 0


@EACH
def test_only_the_newest_generation_speaks_efa(tier: LustreTier) -> None:
    assert not tier.efa or tier.deployment_type == "PERSISTENT_2"


@pytest.mark.parametrize(
    ("deployment", "efa", "throughput", "sold", "not_sold"),
    [
        ("SCRATCH_1", False, 200, [1200, 2400, 3600, 7200], [0, 1000, 4800]),
        ("SCRATCH_2", False, 200, [1200, 2400, 4800], [3600, -2400]),
        ("PERSISTENT_2", False, 500, [1200, 9600], [600, 3600]),
        ("PERSISTENT_2", True, 500, [9600, 19200], [1200, 4800]),
        ("PERSISTENT_2", True, 125, [38400], [9600]),
    ],
)
def test_sizes(deployment: str, efa: bool, throughput: int, sold: list[int], not_sold: list[int]) -> None:
    (tier,) = (t for t in lustre_tiers(deployment, "SSD", efa) if t.throughput_mbps_per_tib == throughput)
    assert [gib for gib in sold if not tier.sells(gib)] == [gib for gib in not_sold if tier.sells(gib)] == []


def test_tiered_storage_has_no_size() -> None:
    assert not any(tier.sells(4800) for tier in lustre_tiers(storage_type="INTELLIGENT_TIERING"))


def test_throughputs() -> None:
    assert [t.throughput_mbps_per_tib for t in lustre_tiers("PERSISTENT_2", "SSD", efa=False)] == [125, 250, 500, 1000]
    assert [t.throughput_mbps_per_tib for t in lustre_tiers("PERSISTENT_1", "HDD")] == [12, 40]
