"""Whatever a program does in the sandbox, there is a plan or words; a graph that lies is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.pull_request import BEFORE, project
from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph, Resource
from ultrastack.planner.answer import write
from ultrastack.planner.confined import DEEPEST, plan_confined, stacks_confined
from ultrastack.planner.many import plan_one
from ultrastack.planner.plan import plan_of
from ultrastack.sandbox import Limits

STACK = Resource("urn:pulumi:train::p::pulumi:pulumi:Stack::p-train", "pulumi:pulumi:Stack", "p-train", "stack")
# Writes to every pipe that it finds, and leaves: what it says comes instead of the real answer.
LIAR = """
import os, stat
said = open("said").read().encode()
for fd in range(1, 20):
    try:
        if not stat.S_ISFIFO(os.fstat(fd).st_mode) and not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
        left = said
        while left:
            left = left[os.write(fd, left):]
    except OSError:
        pass
os._exit(0)
"""


def test_the_plan_is_the_same_as_without_a_sandbox(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"train": BEFORE})
    assert plan_confined(root, "train") == plan_one(root, "train", ())
    assert stacks_confined(root) == ["train"]


def test_problems_and_settings_come_through(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"train": BEFORE.replace("aws.fsx_lustre", "aws.fsx_luster")})
    assert plan_confined(root, "train") == plan_one(root, "train", ())
    assert plan_confined(root, "other").problems


def of_program(root: Path, program: str, limits: Limits | None = None) -> StackPlan:
    project(root, {"train": "steps: []\n"})
    (root / "__main__.py").write_text(program)
    return plan_confined(root, "train", limits=limits or Limits())


def lie(root: Path, said: str) -> str:
    """What becomes of this answer."""
    root.mkdir()
    (root / "said").write_text(said)
    made = of_program(root, LIAR)
    assert made.plan is None
    return made.failed


def answer(*resources: Resource, stack: str = "train", **more: Any) -> str:
    plan = plan_of(Graph("p", stack, resources=(STACK, *resources)), file=None)
    return json.dumps(json.loads(write(StackPlan("train", plan))) | more)


def at(name: str, parent: str = "") -> Resource:
    token = "aws:ec2/vpc:Vpc"
    return Resource(f"urn:pulumi:train::p::{token}::{name}", token, name, "custom", parent=parent)


def chain(count: int) -> list[Resource]:
    found: list[Resource] = []
    for i in range(count):
        found.append(at(f"r{i}", found[-1].urn if found else ""))
    return found


def changed(text: str, edit: Callable[[Any], Any]) -> str:
    data = json.loads(text)
    edit(data)
    return json.dumps(data)


LIES = {
    "no JSON": ("hello", "it is no JSON"),
    "another stack": (answer(stack="prod"), "it answered for the stack 'prod'"),
    "two of one name": (answer(at("a"), at("a")), "two of its resources have one URN"),
    "its own parent": (answer(at("a", at("a").urn)), "in a circle"),
    "a circle": (answer(at("a", at("b").urn), at("b", at("a").urn)), "in a circle"),
    "very deep": (answer(*chain(DEEPEST + 2)), f"deeper than {DEEPEST}"),
    "no URN": (changed(answer(at("a")), lambda d: d["graph"]["resources"][1].update(urn="x")), "has no URN"),
    "a number as a name": (changed(answer(at("a")), lambda d: d["graph"]["resources"][1].update(name=3)), "no text"),
    "a list as inputs": (
        changed(answer(at("a")), lambda d: d["graph"]["resources"][1].update(inputs=[])),
        "not a mapping",
    ),
    "deep inputs": (
        answer(at("a")).replace('"name": "a"', '"name": "a", "inputs": {"x": ' + "[" * 5000 + "]" * 5000 + "}"),
        "nested deeper",
    ),
    "no number": (answer(at("a")).replace('"name": "a"', '"name": "a", "inputs": {"x": NaN}'), "NaN is no number"),
    "a judgement": (answer(judgement={"findings": []}), "unknown 'judgement'"),
    "a failure of ours": (answer(graph=None, ours=True, failed="x"), "the program ended itself: x"),
    "another name": (answer(name="prod"), "the program ended itself"),
    "nothing": ("", "gave no answer"),
}


@pytest.mark.parametrize("name", LIES)
def test_an_answer_that_lies_is_words(tmp_path: Path, name: str) -> None:
    said, why = LIES[name]
    assert why in lie(tmp_path / "it", said)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os\nos._exit(0)", "gave no answer"),
        ("import os\nos.abort()", "gave no answer"),
        ("raise SystemExit(3)", ""),
        ("raise RuntimeError('no')", "no"),
        ("import socket\nsocket.create_connection(('169.254.169.254', 80), 2)", "Error"),
        ("open('/etc/shadow')", "Error"),
        ("open('stacks/train.yaml', 'w')", "Error"),
        (
            "import os\nassert not [n for n in os.environ if 'AWS' in n or 'TOKEN' in n]\nraise KeyError('it is well')",
            "well",
        ),
    ],
    ids=str,
)
def test_a_program_that_ends_itself_is_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the parent")
    monkeypatch.setenv("GITHUB_TOKEN", "of the parent")
    made = of_program(tmp_path / "it", program)
    assert made.plan is None
    assert not made.ours
    assert why in made.failed


def test_a_program_without_an_end_is_ended(tmp_path: Path) -> None:
    made = of_program(tmp_path / "it", "while True: pass", Limits(seconds=4))
    assert "longer than 4 s" in made.failed
