"""ultrastack rehearse: words, exit codes and files; the engine is another test's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.report import rehearsals
from ultrastack.engine.real.private import Ended
from ultrastack.model.operation import Rehearsal
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.planner.rehearse import Question

from .conftest import Command

USAGE = "Usage: ultrastack rehearse [OPTIONS] [STACK]\nTry 'ultrastack rehearse --help' for help.\n\nError: "


@pytest.fixture
def asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """What the planner was asked; it answers with a rehearsal made by hand, quiet without a state."""
    heard: list[Question] = []

    def answer(question: Question, _heard: Any) -> Rehearsal:
        heard.append(question)
        if question.state == Path("bad.json"):
            raise Refused(Problem(Place("bad.json"), "the file is empty", "export it"))
        if question.state == Path("ended.json"):
            raise Ended(15)
        if question.state == Path("ctrl-c.json"):
            raise KeyboardInterrupt
        return rehearsals.small() if question.state else rehearsals.quiet()

    monkeypatch.setattr("ultrastack.planner.rehearse.rehearse", answer)
    return heard


def test_every_word_reaches_the_planner(run: Command, asked: list[Question], project: Path) -> None:
    words = ["--state", "e.json", "--operation", "destroy", "--fail-at", "3", "--answers", "a.json"]
    run("rehearse", "prod", *words, "--stack-outputs", "organization/net/prod=n.json")
    one = ("organization/net/prod=n.json",)
    assert asked == [Question(project, "prod", "destroy", Path("e.json"), 3, Path("a.json"), one)]


def test_nothing_found_is_0_and_a_loss_is_1(run: Command, asked: list[Question]) -> None:
    assert run("rehearse", "prod").code == 0
    done = run("rehearse", "prod", "--state", "e.json")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("prod: up would replace 2 (data would be lost and data may be lost), ")


def test_json_and_a_file(run: Command, asked: list[Question], project: Path) -> None:
    shown = run("rehearse", "prod", "--format", "json")
    assert json.loads(shown.out)["verdict"] == "prod: up would change nothing"
    done = run("rehearse", "prod", "--format", "json", "--output", "report.json")
    assert (done.code, done.out, done.err) == (0, "", "wrote report.json\n")
    assert (project / "report.json").read_text() == shown.out
    page = run("rehearse", "prod", "--output", "report.txt")
    assert (page.code, (project / "report.txt").read_text()) == (0, run("rehearse", "prod").out)


def test_a_full_disk_under_the_report_is_told(run: Command, asked: list[Question]) -> None:
    done = run("rehearse", "prod", "--output", "/dev/full")
    assert (done.code, done.out) == (2, "")
    assert done.err == USAGE.split("\n\n")[0] + "\n\nError: cannot write /dev/full: No space left on device\n"


def test_a_refused_export_is_2(run: Command, asked: list[Question]) -> None:
    done = run("rehearse", "prod", "--state", "bad.json")
    assert (done.code, done.out) == (2, "")
    assert done.err == "bad.json  the file is empty\n   fix: export it\n\n1 problem; nothing was done\n"


def test_sigterm_is_143_and_ctrl_c_is_130(run: Command, asked: list[Question]) -> None:
    assert run("rehearse", "prod", "--state", "ended.json").code == 143
    assert run("rehearse", "prod", "--state", "ctrl-c.json").code == 130


def test_a_number_that_is_none_is_refused(run: Command, asked: list[Question]) -> None:
    done = run("rehearse", "prod", "--fail-at", "0")
    assert (done.code, done.err) == (2, USAGE + "Invalid value for '--fail-at': 0 is not in the range x>=1.\n")
    assert asked == []
