"""`ultrastack diff` on a repository of two commits: what it prints in each format, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Command
from tests.cli.pull_request import change, commit, git, project, two_commits
from tests.planner.test_review import ONE, TAGLESS, WRONG
from ultrastack.report.review_json import schema

GOLDEN = Path(__file__).parents[1] / "golden" / "cli"
AT = ("--at", "2026-11-20")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_commits(tmp_path_factory.mktemp("change") / "it")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for all: what it keeps is tested where it is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def golden(name: str, said: str) -> None:
    file = GOLDEN / name
    if os.environ.get("ULTRASTACK_GOLDEN"):
        file.write_text(said)
    assert said == file.read_text()


def test_the_change_in_every_format(changed: Path, run: Command, tmp_path: Path) -> None:
    """(a) a step is renamed, (b) a file system replaced, (c) a pool grows, (d) a rule is broken."""
    from tests.report.test_review_html import text_of

    forms = ("markdown", "html", "json", "github")
    reports = [word for form in forms for word in ("--report", f"{form}={tmp_path / form}")]
    done = run("-C", str(changed), "diff", "train", *AT, *reports, "--full-report", "the artifact of this run")
    assert done.code == 1
    said = {form: (tmp_path / form).read_text() for form in forms}
    golden("diff.txt", done.out)
    golden("diff.md", said["markdown"])
    golden("diff.html.txt", text_of(said["html"]))
    golden("diff.json", said["json"])
    golden("diff.github.txt", said["github"])
    jsonschema.validate(json.loads(said["json"]), schema())
    stack = json.loads(said["json"])["stacks"]["train"]
    assert stack["new_mandatory"] == 4
    assert {one["name"] for one in stack["changes"] if one["kind"] == "replace"} == {"data-file-system"}


def test_without_a_change_nothing_is_said(run: Command, tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": TAGLESS})
    done = run("-C", str(root), "diff", "a", *AT)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("a: nothing would change\ncompared with main (")


def test_the_exit_code_is_of_the_worst_stack(run: Command, tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE, "b": ONE})
    change(root, {"a": TAGLESS})
    assert run("-C", str(root), "diff", "--all", *AT).code == 1
    assert run("-C", str(root), "diff", "b", *AT).code == 0
    commit(root, {"stacks/b.yaml": WRONG})
    done = run("-C", str(root), "diff", "--all", *AT)
    assert done.code == 2
    assert "aws.storage_bukket" in done.out
    assert run("-C", str(root), "diff", "a", *AT, "--fail-on", "advisory").code == 1


def test_an_export_or_a_graph_is_a_base_too(run: Command, tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    old = tmp_path / "old.json"
    assert run("-C", str(root), "plan", "a", "--format", "json", "--output", str(old)).code == 0
    assert run("-C", str(root), "diff", "a", "--against-graph", str(old)).out.startswith("a: nothing would change")
    state = tmp_path / "state.json"
    state.write_text('{"version": 3, "deployment": {"resources": []}}')
    done = run("-C", str(root), "diff", "a", "--against-state", str(state))  # nothing is there yet
    assert "to create" in done.out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a", "--against", ""), "--against names nothing"),
        (("a", "--rules-from", " "), "--rules-from names nothing"),
        (("a", "--against", "HEAD", "--against-graph", "x"), "one base at a time"),
        (("a", "--require-sandbox"), "--require-sandbox only with --untrusted"),
        (("--all", "a"), "--all is every stack"),
        (("a", "--report", "pdf=x"), "'pdf=x' is not FORMAT=FILE"),
        (("a", "--report", "html="), "'html=' is not FORMAT=FILE"),
        (("a", "--against", "nothing"), "there is no such revision here"),
        (("b", "--against", "HEAD"), "there is no stack 'b'"),
        (("stacks/a",), "there is no stack 'stacks/a'"),
        (("elsewhere/a.yaml",), "elsewhere/a.yaml is not in this project's stacks/"),
        (("a", "--set", "nothing=1"), "none of the stacks has this variable"),
        (("a", "--report", "html=missing/x"), "there is no folder missing"),
        (("a", "--report", "html=."), "it is a folder"),
        (("a", "--report", "html=x", "--report", "markdown=./x"), "named twice"),
        (("a", "--format", "html", "--output", "x", "--report", "markdown=x"), "named twice"),
        ((), "which stack?"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_in_words(
    run: Command, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    done = run("-C", str(root), "diff", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_stack_file_that_is_gone_can_be_named_by_its_path(run: Command, tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE, "b": ONE})
    change(root, {"a": None})
    assert "to delete" in run("-C", str(root), "diff", "stacks/a.yaml", *AT).out.splitlines()[0]


def test_a_report_that_cannot_be_written_takes_no_other_with_it(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    write = Path.write_text

    def full(path: Path, *given: Any, **more: Any) -> int:
        if path.name == "full":
            raise OSError(28, "No space left on device")
        return write(path, *given, **more)

    monkeypatch.setattr(Path, "write_text", full)
    reports = ("--report", f"html={tmp_path / 'full'}", "--report", f"markdown={tmp_path / 'other'}")
    done = run("-C", str(root), "diff", "a", *AT, *reports)
    assert done.code == 2
    assert "full: No space left on device" in done.err
    assert done.out.startswith("a: nothing would change")
    assert (tmp_path / "other").read_text().startswith("<!-- ultrastack -->")


def test_each_format_can_be_printed(changed: Path, run: Command) -> None:
    git(changed, "status")
    for form, begins in (
        ("json", "{"),
        ("markdown", "<!-- ultrastack -->"),
        ("html", "<!doctype html>"),
        ("github", "::"),
    ):
        assert run("-C", str(changed), "diff", "train", *AT, "--format", form).out.startswith(begins)
