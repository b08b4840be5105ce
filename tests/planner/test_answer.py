"""A plan that another process sends is the same here; what our own engine never makes is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.language.projects import read_text
from tests.report import graphs
from ultrastack.model.estate import Reference, StackPlan
from ultrastack.model.place import Place, Problem
from ultrastack.model.plan import Note
from ultrastack.planner.answer import read, write
from ultrastack.planner.plan import plan_of
from ultrastack.planner.stack_facts import stack_file

STACK = """
description: One
policy: {profile: production, allowed_regions: [us-*]}
vars: {n: 3, list: [1, {a: "{{ n }}"}]}
steps:
  - name: net
    aws.net: {cidr: 10.0.0.0/16, zones: [a]}
    accept: [{rule: fabric.x, reason: r, owner: o, until: "2026-12-01"}]
"""


def test_a_plan_comes_back(tmp_path: Path) -> None:
    file = stack_file(read_text(tmp_path, STACK))
    plan = plan_of(graphs.small(), file=file, description="One", notes=[Note("see", ("a b",))])
    references = (Reference(Place("f", 1, 2), "o/p/s", "key"),)
    one = StackPlan("dev", plan, references=references, not_set={"x=1": "declare it"})
    assert read(write(one)) == one


def test_what_was_refused_comes_back() -> None:
    one = StackPlan("dev", problems=(Problem(Place("f", 1, 2, 3, "excerpt"), "what", "fix"),), failed="no", ours=True)
    assert read(write(one)) == one


@pytest.mark.parametrize("name", ["judgement", "comparison", "checked", "before_up", "picture", "cost"])
def test_what_is_for_us_to_say_is_not_taken_from_it(name: str) -> None:
    data: dict[str, Any] = json.loads(write(StackPlan("dev", plan_of(graphs.small(), file=None))))
    with pytest.raises(ValueError, match=f"the answer has an unknown '{name}'"):
        read(json.dumps(data | {name: None}))
