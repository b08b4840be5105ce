"""What is the same as what was shown, and what Pulumi's words come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine.real.bookkeeping import bookkeeping
from ultrastack.model.operation import Operation, Reason
from ultrastack.planner.changed_since import changed_files, difference, stamps
from ultrastack.planner.pulumi_said import what_to_do, words
from ultrastack.planner.up import allowed

URN = "urn:pulumi:prod::example::aws:fsx/lustreFileSystem:LustreFileSystem::data-file-system"
BUCKET = "urn:pulumi:prod::example::aws:s3/bucket:Bucket::logs-bucket"
GROWS = Reason("storageCapacity", "update", old=4800, new=9600)
UPDATE = Operation("update", URN, "aws:fsx/lustreFileSystem:LustreFileSystem", "data-file-system", id="fs-1")


def test_the_same_preview_twice_is_no_difference() -> None:
    one = replace(UPDATE, reasons=(GROWS,))
    assert list(difference([one], [one])) == []


def test_a_name_that_a_preview_makes_up_is_no_difference() -> None:
    made_up = [replace(UPDATE, reasons=(Reason("bucket", "update", old="a", new=new),)) for new in ("b-1", "b-2")]
    assert list(difference(made_up[:1], made_up[1:])) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([UPDATE], [], "data-file-system: update was shown, now it is nothing"),
        ([], [UPDATE], "data-file-system: nothing was shown, now it is update"),
        (
            [UPDATE],
            [replace(UPDATE, op="create-replacement"), replace(UPDATE, op="delete-replaced")],
            "data-file-system: update was shown, now it is create-replacement and delete-replaced",
        ),
        (
            [UPDATE],
            [replace(UPDATE, id="fs-2")],
            "data-file-system: it is another one now, fs-2 instead of fs-1",
        ),
        (
            [replace(UPDATE, reasons=(GROWS,))],
            [replace(UPDATE, reasons=(replace(GROWS, old=2400),))],
            "data-file-system: update for other reasons now",
        ),
    ],
)
def test_a_difference_is_told_in_a_line(before: list[Operation], after: list[Operation], said: str) -> None:
    assert list(difference(before, after)) == [said]


def event(op: str, planning: bool = False, **old: object) -> dict[str, object]:
    state = {"type": "aws:s3/bucket:Bucket", "urn": BUCKET, "custom": True, "id": "b-1", **old}
    data = {"op": op, "urn": BUCKET, "type": state["type"], "old": state, "new": state}
    return {"resourcePreEvent": {"metadata": data, "planning": planning}}


@pytest.mark.parametrize(
    ("heard", "fine"),
    [
        (event("delete"), False),
        (event("create-replacement"), False),
        (event("delete-replaced", retainOnDelete=True), True),
        (event("update"), True),
        (event("delete", planning=True), True),
        ({"diagnosticEvent": {"message": "hello", "severity": "info"}}, True),
    ],
)
def test_a_loss_that_was_not_shown_is_not_allowed(heard: dict[str, object], fine: bool) -> None:
    assert allowed(heard, may_go=()) is fine
    assert allowed(heard, may_go={BUCKET}) is True


def test_only_files_that_a_program_reads_are_looked_at(tmp_path: Path) -> None:
    for name in ("stacks/prod.yaml", "components/aws/x.py", "README.md", ".venv/a.py", "env/pyvenv.cfg", "env/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    before = stamps(tmp_path)
    assert sorted(before) == ["components/aws/x.py", "stacks/prod.yaml"]
    (tmp_path / "README.md").write_text("other words")
    assert list(changed_files(before, stamps(tmp_path))) == []
    (tmp_path / "stacks" / "prod.yaml").unlink()
    (tmp_path / "components" / "aws" / "y.py").write_text("")
    (tmp_path / "components" / "aws" / "x.py").write_text("x = 1")
    assert list(changed_files(before, stamps(tmp_path))) == [
        "components/aws/x.py has changed",
        "components/aws/y.py has changed",
        "stacks/prod.yaml has changed",
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("error: no stack named 'prod' found", "`pulumi stack init prod` makes it"),
        (
            "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
            "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE: pulumi runs more than once here",
        ),
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "`pulumi login` says where the state lies (docs/up.md)",
        ),
        (
            "error: the stack is currently locked by 1 lock(s).",
            "wait for the other `up`; if it was killed: docs/recover.md",
        ),
        ("error: something else", ""),
    ],
)
def test_pulumis_words_get_one_line_of_ours(said: str, line: str) -> None:
    assert what_to_do(said, "prod") == line


def test_of_a_failed_preview_only_the_why_is_told() -> None:
    said = (
        "Previewing update (prod):\n"
        " +  aws:ec2:Vpc net create\n"
        "Diagnostics:\n"
        "  pulumi:pulumi:Stack (example-prod):\n"
        "    error: Program failed with an unhandled exception:\n"
        "    Traceback (most recent call last):\n"
        '      File "x.py", line 1, in <module>\n'
        "        run()\n"
        "    Exception: no such subnet\n"
    )
    assert words(said) == (
        "Diagnostics:\n"
        "  pulumi:pulumi:Stack (example-prod):\n"
        "    error: Program failed with an unhandled exception:\n"
        "    Exception: no such subnet"
    )


def test_what_a_refresh_finds_is_told_and_a_look_alone_is_not() -> None:
    def look(name: str, found: str) -> list[dict[str, Any]]:
        data = {"urn": f"urn:pulumi:prod::example::aws:s3/bucket:Bucket::{name}", "type": "aws:s3/bucket:Bucket"}
        return [{"resourcePreEvent": {"metadata": {**data, "op": "refresh"}}},
                {"resOutputsEvent": {"metadata": {**data, "op": found}}}]  # fmt: skip

    events = [*look("as-it-was", "refresh"), *look("other", "update"), *look("lost", "delete")]
    assert list(bookkeeping(events)) == ["other is not as the state has it", "lost is gone"]
