"""What is mended is mended in its place: comments, quotes and layout of everything else stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.policies.cases import STACK
from tests.policies.stack_cases import project
from ultrastack.model.finding import Acceptance, Finding, Judgement
from ultrastack.model.place import Place, Refused
from ultrastack.model.plan import Plan
from ultrastack.planner.mend import Mended, mend
from ultrastack.planner.program import run_program
from ultrastack.planner.stack_facts import stack_file

HEAD = """\
# who owns this: platform
aws: {region: us-east-2, account_id: "111122223333"}   # not for real
tags: {cost-center: ml, owner: platform}
vars: {days: 30}
steps:
"""
DATA = """\
  - name: data
    aws.storage_bucket:
      # kept on purpose
      versioning: true   # for safety
      noncurrent_days: 30

  - name: more
    aws.storage_bucket: {versioning: false,   noncurrent_days: 7}  # flow
  - name: bare
    aws.storage_bucket:
  - name: computed
    aws.storage_bucket: {noncurrent_days: "{{ days }}"}
  - name: sum
    aws.storage_bucket: {noncurrent_days: "{{ days + 1 }}"}
"""


def mended(folder: Path, *remedies: tuple[str, dict[str, Any]], text: str = HEAD + DATA, **more: Any) -> list[Mended]:
    project(folder, {STACK: text})
    return again(folder, *remedies, **more)


def again(folder: Path, *remedies: tuple[str, dict[str, Any]], **more: Any) -> list[Mended]:
    """Of the file as it lies there."""
    graph, reading = run_program(folder, STACK)
    assert reading is not None
    findings = tuple(
        Finding("a.b", "fail", "mandatory", "t", "m", step=step, remedy=remedy, **more) for step, remedy in remedies
    )
    plan = Plan(graph, base="", file=stack_file(reading), judgement=Judgement(findings))
    return mend(folder, [plan])


def changed(made: list[Mended]) -> list[str]:
    """The lines that a diff takes away and adds."""
    (one,) = made
    return [line for line in one.diff.split("\n")[2:] if line and line[0] in "+-"]


D = "aws.storage_bucket.noncurrent_days"


@pytest.mark.parametrize(
    ("step", "remedy", "lines"),
    [
        ("data", {D: 14}, ["-      noncurrent_days: 30", "+      noncurrent_days: 14"]),
        ("data", {D: None}, ["-      noncurrent_days: 30"]),
        ("data", {"aws.storage_bucket.kms_key_arn": "arn:aws:kms:x"}, ['+      kms_key_arn: "arn:aws:kms:x"']),
        (
            "more",
            {D: 14},
            [
                "-    aws.storage_bucket: {versioning: false,   noncurrent_days: 7}  # flow",
                "+    aws.storage_bucket: {versioning: false,   noncurrent_days: 14}  # flow",
            ],
        ),
        (
            "more",
            {"aws.storage_bucket.versioning": None},
            [
                "-    aws.storage_bucket: {versioning: false,   noncurrent_days: 7}  # flow",
                "+    aws.storage_bucket: {  noncurrent_days: 7}  # flow",
            ],
        ),
        (
            "more",
            {"aws.storage_bucket.force_destroy": True},
            [
                "-    aws.storage_bucket: {versioning: false,   noncurrent_days: 7}  # flow",
                "+    aws.storage_bucket: {versioning: false,   noncurrent_days: 7, force_destroy: true}  # flow",
            ],
        ),
        ("bare", {D: 14}, ["+      noncurrent_days: 14"]),
        ("computed", {D: 14}, ["-vars: {days: 30}", "+vars: {days: 14}"]),
        ("more", {"aws.storage_bucket.a.b": [1, "x y"]}, None),
    ],
)
def test_only_the_value_changes(tmp_path: Path, step: str, remedy: dict[str, Any], lines: list[str] | None) -> None:
    found = mended(tmp_path, (step, remedy))
    if lines is None:
        assert changed(found)[1].endswith("noncurrent_days: 7, a: {b: [1, x y]}}  # flow")
        return
    assert changed(found) == lines
    assert found[0].file == "stacks/case.yaml"


def test_what_is_computed_by_an_expression_is_left_alone(tmp_path: Path) -> None:
    assert mended(tmp_path, ("sum", {D: 14})) == []


def test_two_that_want_different_things_change_nothing(tmp_path: Path) -> None:
    assert mended(tmp_path, ("data", {D: 14}), ("data", {D: 15})) == []
    assert len(changed(mended(tmp_path, ("data", {D: 14}), ("data", {D: 14})))) == 2


def test_several_at_once(tmp_path: Path) -> None:
    (one,) = mended(tmp_path, ("data", {D: 14}), ("more", {D: 15}), ("bare", {D: 16}))
    one.write()
    written = one.path.read_text()
    assert written == one.after
    assert [line for line in written.splitlines() if "#" in line] == [
        line.replace("days: 7}", "days: 15}") for line in (HEAD + DATA).splitlines() if "#" in line
    ]


def test_another_components_remedy_and_accepted_ones_are_left_alone(tmp_path: Path) -> None:
    assert mended(tmp_path, ("data", {"gcp.storage_bucket.noncurrent_days": 14})) == []
    assert mended(tmp_path, ("data", {D: 14}), known=True) == []
    from datetime import date

    assert mended(tmp_path, ("data", {D: 14}), accepted=Acceptance("a.b", "r", "o", date(2027, 1, 1))) == []


def test_line_ends_and_a_missing_last_one_stay(tmp_path: Path) -> None:
    text = HEAD + "  - name: bare\n    aws.storage_bucket:"
    (one,) = mended(tmp_path, ("bare", {D: 14}), text=text)
    assert one.after == text + "\n      noncurrent_days: 14"
    assert one.diff.endswith("\\ No newline at end of file\n")


@pytest.mark.parametrize(("step", "remedy"), [("data", {D: 14}), ("data", {D: None}), ("bare", {D: 14})])
def test_line_ends_of_windows_stay(tmp_path: Path, step: str, remedy: dict[str, Any]) -> None:
    (unix,) = mended(tmp_path / "unix", (step, remedy))
    folder = tmp_path / "windows"
    mended(folder, (step, remedy))
    file = folder / unix.path.relative_to(tmp_path / "unix")
    file.write_bytes((HEAD + DATA).replace("\n", "\r\n").encode())
    (one,) = again(folder, (step, remedy))
    one.write()
    assert file.read_bytes() == unix.after.replace("\n", "\r\n").encode()
    assert len(changed([one])) == len(changed([unix]))


def test_a_line_separator_in_a_text_is_no_line_of_the_diff(tmp_path: Path) -> None:
    text = HEAD + DATA.replace("noncurrent_days: 30\n", "noncurrent_days: 30 # a\u2028\n", 1)
    (one,) = mended(tmp_path, ("data", {D: 14}), text=text)
    assert changed([one]) == ["-      noncurrent_days: 30 # a\u2028", "+      noncurrent_days: 14 # a\u2028"]
    assert "No newline" not in one.diff


def test_an_anchor_stays_and_one_that_is_named_is_not_removed(tmp_path: Path) -> None:
    text = HEAD + DATA.replace("noncurrent_days: 30", "noncurrent_days: &days 30").replace("7}", "*days}")
    assert changed(mended(tmp_path / "a", ("data", {D: 14}), text=text))[1].endswith("noncurrent_days: &days 14")
    assert mended(tmp_path / "b", ("data", {D: None}), text=text) == []


def test_nothing_is_put_where_it_would_be_no_yaml(tmp_path: Path) -> None:
    text = HEAD + "  - {name: bare, aws.storage_bucket: }\n"
    assert mended(tmp_path, ("bare", {D: 14}), text=text) == []


def test_two_go_into_one_empty_mapping(tmp_path: Path) -> None:
    text = HEAD + "  - name: bare\n    aws.storage_bucket: {}\n"
    (one,) = mended(tmp_path, ("bare", {D: 14}), ("bare", {"aws.storage_bucket.versioning": True}), text=text)
    assert one.after.endswith("aws.storage_bucket: {versioning: true, noncurrent_days: 14}\n")


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (one,) = mended(tmp_path, ("data", {D: 14}))
    one.path.unlink()
    one.path.mkdir()
    with pytest.raises(Refused) as e:
        one.write()
    (problem,) = e.value.problems
    assert (problem.place, problem.what) == (Place("stacks/case.yaml"), "cannot be written: is a directory")
