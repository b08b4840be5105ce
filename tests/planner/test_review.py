"""Each stack of either side ends as a comparison or as words, and what judges comes from the base."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.pull_request import change, commit, git, project, two_commits
from ultrastack.model.estate import StackPlan
from ultrastack.model.place import Refused
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review
from ultrastack.planner import plan_cache
from ultrastack.planner.base import base_of_file, base_of_revision
from ultrastack.planner.judged import Asked
from ultrastack.planner.review import AskedReview, review

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ONE = """\
aws: {region: us-east-2, account_id: "111122223333"}
tags: {cost-center: a, owner: b, service: c}
policy: {profile: production}
steps:
  - name: data
    aws.storage_bucket: {}
"""
TAGLESS = ONE.replace("owner: b, ", "")
WRONG = ONE.replace("aws.storage_bucket", "aws.storage_bukket")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def reviewed(root: Path, names: Sequence[str] = (), revision: str = "", **more: object) -> Review:
    base = base_of_revision(root, revision)
    return review(root, base, AskedReview(tuple(names), judge=Asked(NOW, rules_from=base.commit), **more))  # type: ignore[arg-type]


def by_name(made: Review) -> dict[str, StackPlan]:
    return {one.name: one for one in made.stacks}


def plan_of(one: StackPlan) -> Plan:
    assert one.plan is not None, one
    return one.plan


def kinds(one: StackPlan) -> list[tuple[str, str]]:
    said = plan_of(one).comparison
    assert said is not None
    return [(c.kind, c.resource.name) for c in said.changes]


def new_rules(one: StackPlan) -> set[str]:
    said = plan_of(one).comparison
    assert said is not None and said.findings is not None
    return {f.rule for f in said.findings.new if f.counts and f.level == "mandatory"}


def test_each_stack_of_either_side_is_told(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"same": ONE, "gone": ONE, "mended": WRONG, "broken": ONE, "changed": ONE})
    change(root, {"gone": None, "mended": ONE, "broken": WRONG, "changed": TAGLESS, "new": ONE})
    made = reviewed(root)
    one = by_name(made)
    assert list(one) == ["broken", "changed", "gone", "mended", "new", "same"]
    assert (made.project, made.base) == ("training", f"main ({git(root, 'rev-parse', '--short=7', 'main')})")

    assert "aws.storage_bukket" in one["broken"].problems[0].what
    assert ("update", "data-bucket") in kinds(one["changed"])
    assert new_rules(one["changed"]) == {"tags.cost_tags_reach_everything_billed"}
    assert {kind for kind, _ in kinds(one["gone"])} == {"delete"}
    assert plan_of(one["gone"]).description == "the stack file is gone: nothing of it would be left"
    assert {kind for kind, _ in kinds(one["mended"])} == {"create"}
    assert plan_of(one["mended"]).base.startswith("nothing, at main (")
    assert "aws.storage_bukket" in plan_of(one["mended"]).notes[0].text
    assert plan_of(one["new"]).base == f"nothing, {made.base} has no stack new"
    assert {kind for kind, _ in kinds(one["new"])} == {"create"}
    assert kinds(one["same"]) == []
    assert plan_of(one["same"]).base == made.base


def test_the_change_of_the_page(tmp_path: Path) -> None:
    made = by_name(reviewed(two_commits(tmp_path / "it"), ["train"]))["train"]
    found = kinds(made)
    assert ("replace", "data-file-system") in found
    assert not any(name.startswith("fabric") for _, name in found)
    assert {kind for kind, name in found if name.startswith("efa-")} <= {"move", "update"}
    assert ("update", "training-start") in found
    assert new_rules(made) == {"tags.cost_tags_reach_everything_billed"}


def test_a_change_cannot_excuse_itself(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    excused = TAGLESS.replace("production", "development") + (
        "accept:\n  - {rule: tags.cost_tags_reach_everything_billed, reason: r, owner: o, until: '2026-12-31'}\n"
    )
    change(root, {"a": excused})
    said = new_rules(by_name(reviewed(root))["a"])
    assert "tags.cost_tags_reach_everything_billed" in said
    assert any(rule.startswith("stack.") for rule in said)  # and that it tried is a finding itself


def test_what_was_wrong_before_is_not_new(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": TAGLESS})
    change(root, {"a": TAGLESS.replace("{}", "{noncurrent_days: 30}")})
    one = by_name(reviewed(root))["a"]
    said = plan_of(one).comparison
    assert new_rules(one) == set()
    assert said is not None and said.findings is not None
    assert "tags.cost_tags_reach_everything_billed" in {f.rule for f in said.findings.still}


def test_a_step_that_is_renamed_keeps_its_findings(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": TAGLESS})
    change(root, {"a": TAGLESS.replace("  - name: data\n", "  - name: files\n    formerly: [data]\n")})
    one = by_name(reviewed(root))["a"]
    assert {kind for kind, _ in kinds(one)} <= {"move", "update"}
    assert new_rules(one) == set()


def test_a_second_time_the_base_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    change(root, {"a": TAGLESS})
    first = reviewed(root)
    kept = list(plan_cache.folder().iterdir())
    assert len(kept) == 1  # today's files are no commit
    monkeypatch.setattr(plan_cache, "keep", lambda *_: pytest.fail("the base was planned again"))
    assert reviewed(root) == first


def test_a_stack_that_neither_side_has_is_refused_in_words(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    with pytest.raises(Refused, match="there is no stack 'b', neither here nor in the base") as said:
        reviewed(root, ["a", "b", "aa"], "HEAD")
    assert {problem.fix for problem in said.value.problems} == {"there are: a", "use 'a'"}


def test_the_last_stack_may_go(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    change(root, {"a": None})
    for names in (["a"], []):
        assert {kind for kind, _ in kinds(by_name(reviewed(root, names))["a"])} == {"delete"}


def test_a_report_on_no_stack_at_all_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "it"
    commit(root, {"Pulumi.yaml": "name: p\nruntime: python\n", "__main__.py": "", "Pulumi.dev.yaml": ""})
    with pytest.raises(Refused, match="there is no stack file"):
        reviewed(root, (), "HEAD")


def test_exports_that_differ_are_told(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE + "outputs: {one: x, two: x}\n"})
    change(root, {"a": ONE + "outputs: {two: y, three: x}\n"})
    made = reviewed(root, ["a"])
    (note,) = made.notes
    assert note.text.endswith("differ; gone: one; new: three; other values: two")
    assert kinds(made.stacks[0]) == []


def test_a_variable_that_no_stack_has_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE + "vars: {n: 1}\n", "b": ONE})
    assert len(reviewed(root, (), "HEAD", overrides=("n=2",)).stacks) == 2
    with pytest.raises(Refused, match="none of the stacks has this variable"):
        reviewed(root, (), "HEAD", overrides=("m=2",))


def test_files_that_are_not_committed_count(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    (root / "stacks" / "a.yaml").write_text(TAGLESS)
    assert kinds(by_name(reviewed(root, ["a"], "HEAD"))["a"])


def test_a_graph_is_compared_with_its_own_stack_only(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    (one,) = reviewed(root, ["a"], "HEAD").stacks
    from ultrastack.model.graph import dumps

    file = tmp_path / "old.json"
    file.write_text(dumps(plan_of(one).graph))
    base = base_of_file(file)
    made = review(root, base, AskedReview(("a",), judge=Asked(NOW)))
    assert kinds(made.stacks[0]) == []
    with pytest.raises(Refused) as e:
        review(root, base, AskedReview(("b",), judge=Asked(NOW)))
    assert e.value.problems[0].fix == "name that stack: a"


def test_what_a_graph_cannot_say_is_not_new(tmp_path: Path) -> None:
    """A rule that asks the stack file finds the same of both; yet a revision's words come from the revision alone."""
    from ultrastack.model.graph import dumps

    root = project(tmp_path / "it", {"a": TAGLESS})
    file = tmp_path / "old.json"
    file.write_text(dumps(plan_of(reviewed(root, ["a"], "HEAD").stacks[0]).graph))
    made = review(root, base_of_file(file), AskedReview(("a",), judge=Asked(NOW)))
    assert new_rules(made.stacks[0]) == set()
    change(root, {"a": TAGLESS.replace("production", "development")})
    made = review(root, base_of_file(file), AskedReview(("a",), judge=Asked(NOW, rules_from="main")))
    judgement = plan_of(made.stacks[0]).judgement
    assert judgement is not None and judgement.profile == "production"


def test_a_project_that_holds_the_toolkit_is_heard(tmp_path: Path) -> None:
    """As a copy of it does that is a project itself: what a second one reads would be told to nobody."""
    root = project(tmp_path / "it", {"a": ONE})
    commit(root, {"ultrastack/__init__.py": ""})
    for untrusted in (False, True):
        (one,) = reviewed(root, ["a"], "HEAD", untrusted=untrusted).stacks
        assert plan_of(one).file is not None
        assert new_rules(one) == set()


def test_nobody_is_judged_by_what_nobody_trusts(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    with pytest.raises(Refused) as e:
        review(root, base_of_revision(root, "HEAD"), AskedReview(("a",), untrusted=True))
    assert "--rules-from" in e.value.problems[0].fix


def test_a_program_of_other_packages_is_told(tmp_path: Path) -> None:
    root = project(tmp_path / "it", {"a": ONE})
    git(root, "checkout", "-q", "-b", "change")
    commit(root, {"requirements.txt": "x==1\n"})
    assert "requirements.txt differs" in reviewed(root).notes[0].text
