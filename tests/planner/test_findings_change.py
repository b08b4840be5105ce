"""A finding is new, still there, gone or unclear by what it is about; nothing is called gone that nobody could tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.planner.changed_stacks import Edit, planned, shipped
from ultrastack.model.comparison import FindingsChange
from ultrastack.model.finding import Acceptance, Finding, Judgement, identified
from ultrastack.planner.earlier_lives import earlier_lives
from ultrastack.planner.findings_change import findings_change
from ultrastack.planner.judged import Asked, judged

ROOT = Path(__file__).parents[2]
ACCEPTED = Acceptance("a.b", "we know", "me", date(2030, 1, 1))
Said = tuple[list[str], list[str], list[str], list[str]]


def urn(name: str, stack: str = "prod") -> str:
    return f"urn:pulumi:{stack}::example::aws:s3/bucket:Bucket::{name}"


def finding(name: str = "x", message: str = "wrong", **more: Any) -> Finding:
    given = {"rule": "a.b", "verdict": "fail", "level": "advisory", "title": "t", "urn": urn(name), "name": name}
    return Finding(**{**given, "message": message, **more})


def judgement(*findings: Finding) -> Judgement:
    return Judgement(identified(findings))


def said(old: Judgement, new: Judgement, moved: Mapping[str, str] | None = None) -> Said:
    found = findings_change(old, new, moved=moved or {})
    new_, still, gone, unclear = (
        [f"{one.name}: {one.message}" for one in some] for some in (found.new, found.still, found.gone, found.unclear)
    )
    return new_, still, gone, unclear


X: list[str] = ["x: wrong"]
CASES: Mapping[str, tuple[list[Finding], list[Finding], Said]] = {
    "it comes": ([], [finding()], (X, [], [], [])),
    "it stays": ([finding()], [finding()], ([], X, [], [])),
    "it goes": ([finding()], [], ([], [], X, [])),
    "of another resource": ([finding("y")], [finding()], (X, [], ["y: wrong"], [])),
    "of another rule": ([finding(rule="a.c")], [finding()], (X, [], X, [])),
    "of another input": ([finding(path="a")], [finding(path="b")], (X, [], X, [])),
    "in another place of a list": ([finding(path="a[0].b")], [finding(path="a[3].b")], ([], X, [], [])),
    "with other words": ([finding(message="2 of 3")], [finding(message="1 of 3")], ([], ["x: 1 of 3"], [], [])),
    "accepted before": ([finding(accepted=ACCEPTED)], [finding()], (X, [], [], [])),
    "accepted now": ([finding()], [finding(accepted=ACCEPTED)], ([], X, [], [])),
    "accepted both times": ([finding(accepted=ACCEPTED)], [finding(accepted=ACCEPTED)], ([], X, [], [])),
    "accepted and new": ([], [finding(accepted=ACCEPTED)], (X, [], [], [])),
    "out of the baseline": ([finding(known=True)], [finding()], (X, [], [], [])),
    "into the baseline": ([finding()], [finding(known=True)], ([], X, [], [])),
    "mandatory now": ([finding()], [finding(level="mandatory")], (X, [], [], [])),
    "mandatory and accepted": ([finding()], [finding(level="mandatory", accepted=ACCEPTED)], ([], X, [], [])),
    "advisory now": ([finding(level="mandatory")], [finding()], ([], X, [], [])),
    "undecided now": ([finding()], [finding(verdict="undecided", needs="a")], ([], [], [], X)),
    "undecided of that input": ([finding(path="a")], [finding(verdict="undecided", path="a")], ([], [], [], X)),
    "undecided of its block": ([finding(path="a.b")], [finding(verdict="undecided", path="a")], ([], [], [], X)),
    "undecided of another input from now on": (
        [finding(path="a")],
        [finding(verdict="undecided", path="b")],
        ([], [], [], X),
    ),
    "undecided of another input as before": (
        [finding(path="a"), finding(verdict="undecided", path="b")],
        [finding(verdict="undecided", path="b")],
        ([], [], X, []),
    ),
    "undecided of another resource": ([finding()], [finding("y", verdict="undecided")], ([], [], X, [])),
    "undecided before": ([finding(verdict="undecided")], [finding()], (X, [], [], [])),
    "undecided both times": ([finding(verdict="undecided")], [finding(verdict="undecided")], ([], [], [], [])),
    "its rule is broken now": ([finding()], [finding("", verdict="broken", urn="")], ([], [], [], X)),
    "another rule is broken": ([finding()], [finding(rule="a.c", verdict="broken")], ([], [], X, [])),
    "a broken rule is mended": ([finding(verdict="broken")], [], ([], [], [], [])),
    "one of two alike goes": (
        [finding(message="a"), finding(message="b")],
        [finding(message="b")],
        ([], ["x: b"], ["x: a"], []),
    ),
    "one of three alike comes": (
        [finding(message="b"), finding(message="c")],
        [finding(message="a"), finding(message="b"), finding(message="c")],
        (["x: a"], ["x: b", "x: c"], [], []),
    ),
    "twice the same words": ([finding(), finding()], [finding()], ([], X, X, [])),
    "of the stack as a whole": ([finding(urn="", step="data")], [finding(urn="", step="data")], ([], X, [], [])),
    "of another stack": ([finding(urn=urn("x", "dev"))], [finding()], ([], X, [], [])),
}


@pytest.mark.parametrize("case", CASES)
def test_a_finding_is_known_by_what_it_is_about(case: str) -> None:
    old, new, wanted = CASES[case]
    assert said(judgement(*old), judgement(*new)) == wanted


def test_a_new_name_is_no_new_finding() -> None:
    moved = {urn("store"): urn("data")}
    old, new = judgement(finding("data")), judgement(finding("store"))
    assert said(old, new, moved) == ([], ["store: wrong"], [], [])
    assert said(old, new) == (["store: wrong"], [], ["data: wrong"], [])
    unclear = judgement(finding("store", verdict="undecided"))
    assert said(old, unclear, moved) == ([], [], [], ["data: wrong"])


def test_a_step_is_called_as_its_component() -> None:
    old, new = judgement(finding(urn="", step="data")), judgement(finding(urn="", step="store"))
    assert said(old, new, {urn("store"): urn("data")}) == ([], ["x: wrong"], [], [])


def test_two_that_change_names_are_not_mixed_up() -> None:
    old = judgement(finding("a", "of a"), finding("b", "of b"))
    new = judgement(finding("a", "of a, once b"))
    assert said(old, new, {urn("a"): urn("b")}) == ([], ["a: of a, once b"], ["a: of a"], [])


def test_each_stands_in_the_order_of_its_judgement() -> None:
    old = judgement(*(finding(f"old-{i}") for i in (3, 1, 2)))
    new = judgement(*(finding(f"new-{i}") for i in (9, 7, 8)))
    found = findings_change(old, new)
    assert [one.name for one in found.gone] == ["old-3", "old-1", "old-2"]
    assert [one.name for one in found.new] == ["new-9", "new-7", "new-8"]


def test_nothing_is_counted_twice_or_lost() -> None:
    old = judgement(*(finding(f"n-{i % 5}", f"m{i % 7}") for i in range(40)))
    new = judgement(*(finding(f"n-{i % 4}", f"m{i % 6}") for i in range(30)))
    found = findings_change(old, new)
    assert len(found.new) + len(found.still) == 30
    assert len(found.still) + len(found.gone) == 40
    assert not {one.id for one in found.new} & {one.id for one in found.still}


# ---- stacks as they are shipped


def of_stack(folder: Path, stack: str, *edits: Edit) -> FindingsChange:
    asked = Asked(rules=("security", "storage", "tags"))
    old = judged(shipped(stack), root=ROOT, asked=asked)
    new = judged(planned(folder, stack, *edits), root=ROOT, asked=asked)
    assert old.judgement is not None and new.judgement is not None
    return findings_change(old.judgement, new.judgement, moved=earlier_lives(old.graph, new.graph))


def test_a_renamed_step_keeps_its_findings(tmp_path: Path) -> None:
    renamed = (
        ("common", "name: data\n", "name: store\n    formerly: [data]\n"),
        ("prod", "name: data\n", "name: store\n"),
    )
    found = of_stack(tmp_path, "prod", *renamed)
    assert found.new == found.gone == found.unclear == ()
    assert "store-file-system" in {one.name for one in found.still}


def test_a_tag_that_is_taken_away_is_new_everywhere(tmp_path: Path) -> None:
    found = of_stack(tmp_path, "dev", ("common", "  owner: platform\n", ""))
    assert {one.rule for one in found.new} == {"tags.cost_tags_reach_everything_billed"}
    assert {"data-file-system", "workbench-group", "slice-template-0"} <= {one.name for one in found.new}
    assert found.still == found.gone == found.unclear == ()


def test_a_level_that_is_raised_counts_as_new() -> None:
    one = finding()
    found = findings_change(judgement(one), judgement(replace(one, level="mandatory")))
    assert [finding.level for finding in found.new] == ["mandatory"]
