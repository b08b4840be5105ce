"""What was there before somebody began to look does not stand against the stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.policies.made import accepted, judged, rule, world
from ultrastack.model.finding import Known
from ultrastack.model.place import Refused
from ultrastack.policies.baseline import read_baseline, write_baseline

BOTH = {"a": {"x": "bad", "y": ["bad", "fine"]}, "b": {"x": "bad"}}


def known(folder: Path, text: str) -> tuple[Known, ...]:
    (folder / "b.json").write_text(text)
    return read_baseline(folder / "b.json")


def test_known_findings_do_not_count_and_new_ones_do(tmp_path: Path) -> None:
    entries = known(tmp_path, write_baseline(judged(world(BOTH), rule("t.r"))))
    made = judged(world({**BOTH, "c": {"x": "bad"}}), rule("t.r"), baseline=entries)
    assert [(f.name, f.known, f.counts) for f in made.findings] == [
        ("a", True, False),
        ("a", True, False),
        ("b", True, False),
        ("c", False, True),
    ]
    assert made.gone == ()


def test_another_order_of_steps_and_lists_changes_nothing(tmp_path: Path) -> None:
    before = {"a": {"y": ["bad one", "bad two", "fine"]}, "b": {"x": "bad"}}
    after = {"new": {}, "b": {"x": "bad"}, "a": {"y": ["fine", "bad two", "fine", "bad one"]}}
    first, second = judged(world(before), rule("t.r")), judged(world(after), rule("t.r"))
    assert {(f.id, f.message) for f in first.findings} == {(f.id, f.message) for f in second.findings}
    assert write_baseline(first) == write_baseline(second)


def test_what_is_mended_is_gone_and_is_told(tmp_path: Path) -> None:
    entries = known(tmp_path, write_baseline(judged(world(BOTH), rule("t.r"))))
    made = judged(world({**BOTH, "b": {"x": "fine"}}), rule("t.r"), baseline=entries)
    assert [(one.rule, one.message) for one in made.gone] == [("t.r", "x is bad")]
    assert made.gone[0].urn.endswith("::b")


def test_it_is_sorted_and_holds_what_stands_against_the_stack_alone() -> None:
    made = judged(world({"b": {"x": "bad"}, "a": {"x": "bad", "y": {"$unknown": True}}}), rule("t.r"))
    data = json.loads(write_baseline(made))
    assert [one["urn"].rpartition("::")[2] for one in data["findings"]] == ["a", "b"]
    assert sorted(data["findings"][0]) == ["id", "message", "rule", "urn"] and data["version"] == 1
    assert json.loads(write_baseline(judged(world(BOTH, [accepted("t.r")]), rule("t.r"))))["findings"] == []


def test_one_file_for_several_stacks(tmp_path: Path) -> None:
    one, two = judged(world({"a": {"x": "bad"}}), rule("t.r")), judged(world({"b": {"x": "bad"}}), rule("t.r"))
    assert [k.urn.rpartition("::")[2] for k in known(tmp_path, write_baseline([one, two, one]))] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\n  nothing", "b.json:2:3  the baseline is no JSON: Expecting property name enclosed in double quotes"),
        (f"[{'9' * 5000}]", "b.json  the baseline has a number, which it never has"),
        ("[]", "b.json  this is no baseline of ultrastack"),
        ('{"schema": "https://ultrastack.invalid/schema/baseline", "version": 9}', "baseline version 9 is not"),
        ('{"schema": "https://ultrastack.invalid/schema/baseline", "version": 1}', "has no list of findings"),
        (
            '{"schema": "https://ultrastack.invalid/schema/baseline", "version": 1, "findings": [{"id": "x"}]}',
            "findings[0] of the baseline must have rule, urn, id, message, all texts",
        ),
        ("[" * 100_000, "b.json"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as e:
        known(tmp_path, text)
    assert said in str(e.value) and "fix: write it again" in str(e.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="the baseline cannot be read: no such file or directory"):
        read_baseline(tmp_path / "none.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="is not UTF-8 text"):
        read_baseline(tmp_path / "b.json")
