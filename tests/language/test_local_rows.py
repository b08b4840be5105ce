"""A project's own catalogue rows are what its stack file sees; another project's are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.model.place import Refused

from .projects import AWS, read_files

STACK = AWS + "steps: []\noutputs: {cpus: \"{{ machine('trn2.48xlarge').vcpus }}\"}\n"
ROW = "name,vcpus,source,as_of,confidence\ntrn2.48xlarge,200,our account team,2026-11-20,sure\n"
LOCAL = "catalog.local/instance_types.csv"


def test_a_local_row_is_used_by_its_own_project_only(tmp_path: Path) -> None:
    with_rows = read_files(tmp_path / "a", {"stacks/dev.yaml": STACK, LOCAL: ROW})
    without = read_files(tmp_path / "b", {"stacks/dev.yaml": STACK})
    assert (with_rows.outputs["cpus"], without.outputs["cpus"]) == (200, 192)


def test_a_mistake_in_a_local_row_is_refused_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_files(tmp_path, {"stacks/dev.yaml": STACK, LOCAL: ROW.replace("200", "many")})
    assert [(p.place.file, p.place.line, p.place.column) for p in refused.value.problems] == [(LOCAL, 2, 15)]
    assert all(p.fix for p in refused.value.problems)
