"""A machine is started in a block that runs, and in no other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ultrastack.model.graph import Graph
from ultrastack.model.operation import Op, Operation
from ultrastack.planner.ended_blocks import FIX, ended_blocks
from ultrastack.planner.program import run_program

ROOT = Path(__file__).parents[2]
INSTANCE = "aws:ec2/instance:Instance"
BLOCK = "cr-0a1b2c3d4e5f60718"  # of the example; it ends on 2026-12-08 at 11:30 UTC
BEFORE, AFTER = "2026-12-08T11:29:59Z", "2026-12-08T12:30:00+01:00"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return run_program(ROOT, "trn2-ultraserver")[0]


def said(graph: Graph, op: Op, now: str, count: int = 4) -> list[str]:
    nodes = [one for one in graph.resources if one.type == INSTANCE][:count]
    done = [Operation(op, one.urn, one.type, one.name, step=one.step, holds="capacity") for one in nodes]
    found = list(ended_blocks(done, graph, datetime.fromisoformat(now)))
    assert all(problem.fix == FIX for problem in found)
    return [problem.what for problem in found]


@pytest.mark.parametrize("op", ["create", "create-replacement"])
def test_a_machine_in_a_block_that_has_ended_is_named_once_for_each_block(graph: Graph, op: Op) -> None:
    what = f"would be started in capacity block {BLOCK}, which ended at 2026-12-08T11:30:00Z"
    assert said(graph, op, AFTER) == [f"training-{BLOCK}-node-0 and 3 more {what}"]
    assert said(graph, op, AFTER, count=1) == [f"training-{BLOCK}-node-0 {what}"]


def test_a_block_that_runs_is_none_of_them(graph: Graph) -> None:
    assert said(graph, "create", BEFORE) == []


@pytest.mark.parametrize("op", ["same", "update", "delete"])
def test_what_is_not_started_needs_no_block(graph: Graph, op: Op) -> None:
    assert said(graph, op, AFTER) == []


def test_only_what_is_started_there_counts(graph: Graph) -> None:
    assert list(ended_blocks([], graph, datetime.fromisoformat(AFTER))) == []
