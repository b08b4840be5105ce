"""What one wants to start leads to the quotas that it counts against."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import (
    AwsQuota,
    UnknownRow,
    aws_quota,
    aws_quotas,
    aws_quotas_for,
    hosting_types,
    lustre_tiers,
    machines,
    tpu_quotas,
)

FAMILIES = {name.partition(".")[0] for name in machines()}


@pytest.mark.parametrize("row", aws_quotas().values(), ids=aws_quotas().keys())
def test_a_quota_limits_something_that_exists(row: AwsQuota) -> None:
    assert re.fullmatch(r"L-[0-9A-F]{8}", row.code)
    things: dict[str, set[str]] = {
        "ec2": FAMILIES,
        "fsx": {str(tier.deployment_type) for tier in lustre_tiers()},
        "sagemaker": set(hosting_types()),
    }
    assert row.applies_to
    assert set(row.applies_to) <= things[row.service]


def test_every_machine_sold_on_demand_has_a_quota() -> None:
    for name, row in machines().items():
        if "on-demand" in row.purchases:
            assert len(aws_quotas_for(name, "on-demand")) == 1, name


def test_quotas_by_what_one_wants() -> None:
    assert [q.code for q in aws_quotas_for("trn2.48xlarge")] == [
        "L-2C3B7624",
        "L-6B0D517C",
        "L-64569A79",
        "L-24E8B4C0",
    ]
    assert [q.code for q in aws_quotas_for("trn2.48xlarge", "spot")] == ["L-6B0D517C"]
    assert [q.code for q in aws_quotas_for("ml.inf2.48xlarge", "endpoint")] == ["L-286C98BC"]
    assert aws_quotas_for("ml.inf2.xlarge") == ()  # its code is not known
    assert aws_quotas_for("trn2u.48xlarge", "capacity-block") == ()
    assert "L-8F1B9C74" in [q.code for q in aws_quotas_for("PERSISTENT_2")]


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow, match="^no quota 'L-00000000' in the catalogue; "):
        aws_quota("L-00000000")
    assert aws_quota("L-417A185B").name == "Running On-Demand P instances"


def test_tpu_quotas() -> None:
    assert {(q.unit, q.quota) for q in tpu_quotas("v5p")} == {
        ("cores", "TPUV5PPerProjectPerZoneForTPUAPI"),
        ("chips", "TPU-V5P-per-project-region"),
    }
    assert [q.generation for q in tpu_quotas(pool="tpu-api")] == ["v5e", "v5p", "v6e", "v4"]
    (ironwood,) = tpu_quotas("tpu7x")
    assert (ironwood.dimension, ironwood.spot_quota) == (None, None)  # not established
