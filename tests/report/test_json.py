"""The JSON report: stable, versioned, whole."""

from __future__ import annotations

import json

from tests.golden import same_as_golden
from tests.report import graphs
from tests.report.test_terminal import plan
from ultrastack.model.graph import from_json
from ultrastack.report.json import render


def test_a_small_stack() -> None:
    same_as_golden("report/small.json", render(plan(graphs.small())))


def test_its_graph_reads_back() -> None:
    assert from_json(json.loads(render(plan(graphs.large())))["graph"]) == graphs.large()


def test_the_graph_stays_whole_when_steps_are_selected() -> None:
    data = json.loads(render(plan(graphs.small(), "data")))
    assert data["selected_steps"] == ["data"]
    assert data["counts"] == {
        "create": 3, "import": 0, "read": 0, "components": 1, "steps": 1, "left_out": 0, "pulumi": 23,
    }  # fmt: skip
    assert len(data["graph"]["resources"]) == len(graphs.small().resources)
