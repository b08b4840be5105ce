"""Every command of docs/estate.md does what the page says, one after another in one project."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .real_cli import ROOT, Project, copy_of_repository

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs" / "estate.md").read_text("utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ULTRASTACK = str(Path(sys.executable).with_name("ultrastack"))
FAILS = ("error: ", "is protected")  # what a page shows of a command that has to fail


@dataclass(frozen=True)
class Step:
    """A command of the page with the lines that the page shows, or a file that it tells to write."""

    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""


def steps() -> list[Step]:
    found = []
    for block in BLOCK.finditer(PAGE):
        if block["kind"] == "yaml":
            head, _, text = block["text"].partition("\n")
            found.append(Step(file=head.removeprefix("# "), text=text))
        elif block["kind"] == "console":
            for part in block["text"].removeprefix("$ ").split("\n$ "):
                command, *shown = part.strip("\n").split("\n")
                found.append(Step(command, tuple(line for line in shown if line)))
    return found


STEPS = steps()
COMMANDS = [i for i, step in enumerate(STEPS) if step.command]


@pytest.fixture(scope="module")
def said(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[int, str]]:
    """Exit code and words of each command, by its number on the page."""
    project = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("estate"))
    found = {}
    for i, step in enumerate(STEPS):
        if step.file:
            (project.folder / step.file).write_text(step.text)
        else:
            found[i] = done(project, step.command)
    found[len(STEPS)] = (0, repr(ids(project, "part")))
    return found


def done(project: Project, command: str) -> tuple[int, str]:
    tool, *words = shlex.split(command)
    if tool == "pulumi":
        run = project.run(*words, ok=False)
        return run.code, run.text
    assert tool == "ultrastack", f"this test runs no {tool}"
    ended = subprocess.run(
        [ULTRASTACK, *words], cwd=project.folder, capture_output=True, text=True, check=False, env=project.env()
    )
    return ended.returncode, ended.stdout + ended.stderr


def ids(project: Project, stack: str) -> list[Any]:
    return sorted(str(r.get("id", "")) for r in project.resources(stack).values() if r["type"].startswith("aws:s3"))


@pytest.mark.parametrize("number", COMMANDS, ids=lambda number: STEPS[number].command[:60])
def test_a_command_says_what_the_page_shows(number: int, said: dict[int, tuple[int, str]]) -> None:
    code, text = said[number]
    shown = STEPS[number].shown
    assert (code != 0) == any(mark in line for line in shown for mark in FAILS), text
    lines = iter(text.splitlines())
    for line in shown:
        parts = [part.strip() for part in line.split("...")]
        assert any(all(part in one for part in parts) for one in lines), (
            f"not said, or not in this order: {line}\n{text}"
        )


def test_what_was_moved_is_still_the_same_bucket(said: dict[int, tuple[int, str]]) -> None:
    moved = next(i for i, step in enumerate(STEPS) if step.command.startswith("pulumi state move"))
    made = re.findall(r"Bucket::checkpoints-bucket", said[moved][1])
    assert made
    assert said[len(STEPS)][1].count("checkpoints-bucket-") == 7, "seven resources of one bucket, by its name"
    last = max(i for i in COMMANDS if STEPS[i].command == "pulumi preview --stack whole")
    assert "create" not in said[last][1] and "delete" not in said[last][1]


def test_the_page_has_no_block_that_is_not_run() -> None:
    assert {block["kind"] for block in BLOCK.finditer(PAGE)} == {"console", "yaml"}
    assert all(step.command or step.file.startswith("stacks/") for step in STEPS)
