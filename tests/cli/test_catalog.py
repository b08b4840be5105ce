"""ultrastack catalog: what it counts is what the tables say, and a project's own rows count too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ultrastack.catalog import machines, rows_of, table_names, tpu_slices, use_local_rows
from ultrastack.cli.catalog import _publication

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project")


def lines(text: str) -> dict[str, list[str]]:
    """First column -> the others; columns are two spaces apart."""
    rows = [re.split(r"\s{2,}", line) for line in text.splitlines() if re.search(r"\S  +\S", line)]
    return {row[0]: row[1:] for row in rows}


def test_every_machine_and_every_shape_is_counted(run: Command) -> None:
    told = run("catalog").out
    table = lines(told)
    families = [name for name in table if any(m.partition(".")[0] == name for m in machines())]
    assert sum(int(table[name][0]) for name in families) == len(machines())
    assert table["v5p"][0] == str(len(tpu_slices("v5p")))
    assert table["trn2u"] == ["1", "16 Trainium2", "1", "2026-10-27"]
    assert table["tpu8i"][1] == "unknown"
    rows = sum(len(rows_of(name)) for name in table_names())
    assert told.startswith(f"{rows:,} rows in {len(table_names())} tables")


def test_every_row_has_a_source_with_its_newest_date(run: Command) -> None:
    table = lines(run("catalog", "--sources").out)
    for name in table_names():
        for row in rows_of(name):
            named = [_publication(part) for part in row.source.split(";") if "derived from" not in part]
            assert named and all(row.as_of.isoformat() <= table[one][1] for one in named), row


def test_a_row_of_the_project_counts(run: Command, project: Path) -> None:
    (project / "catalog.local").mkdir()
    (project / "catalog.local" / "machine_regions.csv").write_text(
        "machine,region,availability_zone_ids,local_zones,note,source,as_of,confidence\n"
        "trn2u.48xlarge,us-east-2,use2-az3,,,our account team,2026-11-20,sure\n"
    )
    try:
        assert lines(run("catalog").out)["trn2u"] == ["1", "16 Trainium2", "2", "2026-11-20"]
        assert lines(run("catalog", "--sources").out)["our account team"] == ["1", "2026-11-20"]
    finally:
        use_local_rows(None)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("xpk 2026-06-25", "xpk"),
        ("Cloud TPU API v2 revision 20261001", "Cloud TPU API"),
        ("accelerators: Neuron documentation 2026-08-21", "Neuron documentation"),
        ("Google Cloud documentation (copies of 2025 and 2026)", "Google Cloud documentation"),
        ("EC2 User Guide efa-acc-inst-types (general rule)", "EC2 User Guide"),
        ("Compute Engine alpha API revision 20261026", "Compute Engine"),
        ("pulumi_gcp 10.2.0 documentation only", "pulumi-gcp"),
        ("DescribeInstanceTypes as captured in moto 5.2.5", "DescribeInstanceTypes"),
    ],
)
def test_a_source_is_named_without_its_version(source: str, name: str) -> None:
    assert _publication(source) == name
