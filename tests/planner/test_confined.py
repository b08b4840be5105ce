"""Whatever a program does in the sandbox, there is a plan or words; a graph that lies is not believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.pull_request import BEFORE, project, two_commits
from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph, Resource
from ultrastack.planner import confined
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
    "an endless number": (
        answer(at("a")).replace('"name": "a"', '"name": "a", "inputs": {"x": 1e400}'),
        "1e400 is no number",
    ),
    "half a character": (
        answer(at("a")).replace('"name": "a"', '"name": "a", "inputs": {"x": "\\ud800"}'),
        "half a character",
    ),
    "another stack's file": (
        answer(file={"file": "stacks/dev.yaml", "place": {"file": "stacks/dev.yaml"}}),
        "the stack file 'stacks/dev.yaml'",
    ),
    "a file elsewhere": (answer(file={"file": "/etc/x.yaml", "place": {"file": "x"}}), "'/etc/x.yaml'"),
    "a place that is none": (
        answer(
            graph=None,
            problems=[{"place": {"file": "x", "line": 1, "column": 10**18, "excerpt": "abc"}, "what": "x"}],
        ),
        "a place that is none: 1:1000000000000000000",
    ),
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


@pytest.mark.parametrize("name", ["../x", "a\n::error::b", "", "a" * 101])
def test_a_stack_that_nobody_could_name_is_refused(tmp_path: Path, name: str) -> None:
    def asked(*_: object) -> bytes:
        return json.dumps(["dev", name]).encode()

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ValueError, match="a name that Pulumi does not take"):
        patch.setattr(confined, "_asked", asked)
        stacks_confined(tmp_path)


def test_a_program_without_an_end_is_ended(tmp_path: Path) -> None:
    made = of_program(tmp_path / "it", "while True: pass", Limits(seconds=4))
    assert "longer than 4 s" in made.failed


def test_nothing_of_the_folder_one_stands_in_is_imported(tmp_path: Path) -> None:
    """By no process of ours, as they start each other: a reviewer stands in the checkout."""
    root = two_commits(tmp_path / "it")
    ran = tmp_path / "ran"
    for name in ("multiprocessing", "signal", "struct", "yaml", "ultrastack", "sitecustomize"):
        (root / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write('{name} ')\n")
    words = "import sys; del sys.path[0]; from ultrastack.cli import main; main()"
    command = [sys.executable, "-c", words, "diff", "train", "--against", "main", "--untrusted", "--format", "github"]
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    env.pop("PYTHONSAFEPATH", None)
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    assert "1 stack" in done.stdout, done.stderr  # inside, what the program imports is its own affair
    assert not ran.exists()
