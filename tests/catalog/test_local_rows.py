"""All mistakes in a project's own rows are told at once, before anything is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ultrastack.catalog import machine, tpu_zone, use_local_rows
from ultrastack.model.place import Refused


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "catalog.local").mkdir()
    yield tmp_path
    use_local_rows(None)


def test_a_project_says_which_tables_it_has(root: Path) -> None:
    assert use_local_rows(root) == ()
    (root / "catalog.local" / "tpu_zones.csv").write_text(
        "generation,zone,flex_start,source,as_of,confidence\nv5e,us-west4-a,yes,our account team,2026-11-20,sure\n"
    )
    assert use_local_rows(root) == ("tpu_zones.csv",)
    assert tpu_zone("v5e", "us-west4-a").flex_start is True
    assert use_local_rows(None) == ()
    assert tpu_zone("v5e", "us-west4-a").flex_start is None


def test_every_problem_of_every_table_is_told(root: Path) -> None:
    said = "source,as_of,confidence"
    (root / "catalog.local" / "instance_types.csv").write_text(
        f"name,vcpus,{said}\np5.48xlarge,many,us,2026-11-20,sure\n"
    )
    (root / "catalog.local" / "tpu_zones.csv").write_text(f"generation,zone,{said}\nv5e,us-west4-a,us,today,sure\n")
    with pytest.raises(Refused) as raised:
        use_local_rows(root)
    assert (
        str(raised.value)
        == """catalog.local/instance_types.csv:2:13  vcpus cannot be 'many'
    2 | p5.48xlarge,many,us,2026-11-20,sure
      |             ^^^^
   fix: write it as the catalogue's rows do
catalog.local/tpu_zones.csv:2:19  as_of cannot be 'today'
    2 | v5e,us-west4-a,us,today,sure
      |                   ^^^^^
   fix: write it as the catalogue's rows do"""
    )
    assert machine("p5.48xlarge").vcpus == 192  # none of them is used
