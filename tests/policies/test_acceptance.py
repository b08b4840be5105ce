"""What somebody has accepted does not stand against the stack, until its day has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.policies.cases import ROOT
from tests.policies.made import BUCKET, NOW, accepted, judged, rule, world
from ultrastack.model.finding import Finding
from ultrastack.model.place import Refused
from ultrastack.policies.acceptance import covers, read_accepted
from ultrastack.policies.finder import find_rules
from ultrastack.policies.rule import Rule, Said, fail

STACK = {r.id: r for r in find_rules() if r.id.startswith("stack.acceptances_")}
URN = f"{ROOT.rpartition('pulumi:pulumi:Stack')[0]}{BUCKET}::a"


def found(until: str, now: datetime | None = NOW) -> Finding:
    (one,) = judged(world({"a": {"x": "bad"}}, [accepted("t.r", until)], now=now), rule("t.r")).findings
    return one


def test_what_is_accepted_does_not_count() -> None:
    one = found("2027-06-30")
    assert one.accepted is not None and one.accepted.owner == "Jo"
    assert not one.counts and one.notes == ()


@pytest.mark.parametrize(
    ("until", "note"),
    [
        ("2026-11-21", "the acceptance of Jo ends today, on 2026-11-21"),
        ("2026-11-22", "the acceptance of Jo ends tomorrow, on 2026-11-22"),
        ("2026-12-05", "the acceptance of Jo ends in 14 days, on 2026-12-05"),
    ],
)
def test_within_two_weeks_of_its_end_there_is_a_notice(until: str, note: str) -> None:
    one = found(until)
    assert one.accepted is not None and one.notes == (note,)


def test_after_its_last_day_the_finding_is_back() -> None:
    one = found("2026-11-20")
    assert one.counts and one.notes == ("Jo accepted it until 2026-11-20, which has passed: it is fine",)


def test_the_last_day_is_one_of_utc() -> None:
    late = datetime.fromisoformat("2026-11-21T20:00:00-08:00")  # the 22nd in UTC
    assert found("2026-11-21", late).counts and not found("2026-11-22", late).counts


def test_where_the_time_is_not_known_nothing_is_accepted() -> None:
    one = found("2027-06-30", None)
    assert one.counts
    assert one.notes == ("Jo accepted it until 2027-06-30, but whether that day has passed is not known",)


def test_of_several_the_one_that_holds_longest_counts() -> None:
    both = [accepted("t.r", "2026-11-01"), accepted("t.r", "2027-01-31")]
    (one,) = judged(world({"a": {"x": "bad"}}, both), rule("t.r")).findings
    assert one.accepted == both[1] and one.notes == ()


def test_it_holds_for_its_rule_its_step_and_its_urn_alone() -> None:
    one = Finding("t.r", "fail", "mandatory", "", "", urn=URN, step="data")
    assert covers(accepted("t.r"), one) and covers(accepted("t.r", step="data"), one)
    assert covers(accepted("t.r", urn=URN), one) and covers(accepted("t.r", urn="urn:pulumi:*::a"), one)
    assert not covers(accepted("t.s"), one) and not covers(accepted("t.r", step="net"), one)
    assert not covers(accepted("t.r", urn="*::b"), one) and not covers(accepted("t.r", urn=URN[:-1] + "?"), one)


def test_what_is_found_about_the_whole_has_the_urn_of_the_stack() -> None:
    whole = Rule("title", "mandatory", "Why.", "do it", ("docs",), "t.whole")

    @whole.whole_graph
    def check(_: object) -> Iterator[Said]:
        yield fail(None, "wrong")

    for pattern, holds in ((ROOT, True), ("urn:pulumi:case::*", True), ("urn:pulumi:prod::*", False)):
        (one,) = judged(world({}), whole, acceptances=[accepted("t.whole", urn=pattern)]).findings
        assert one.counts is not holds


def test_what_cannot_be_decided_cannot_be_accepted() -> None:
    made = world({"a": {"x": {"$unknown": True}}}, [accepted("t.r")])
    (one,) = judged(made, rule("t.r"), STACK["stack.acceptances_are_used"]).findings
    assert (one.verdict, one.accepted) == ("undecided", None)  # nor is the acceptance told to be of no use


def test_an_acceptance_for_other_stacks_is_not_told_to_be_of_no_use() -> None:
    ours, theirs = accepted("t.r", urn="urn:pulumi:case::*::b"), accepted("t.r", urn="urn:pulumi:prod::*")
    both = replace(theirs, urn="urn:pulumi:*::b")
    made = judged(world({"a": {}}), rule("t.r"), STACK["stack.acceptances_are_used"], acceptances=[ours, theirs, both])
    assert [f.message for f in made.findings] == [
        "the acceptance for urn:pulumi:case::*::b for t.r, by Jo, covers nothing"
    ]


def test_a_rule_that_is_off_leaves_its_acceptance_alone() -> None:
    made = world({"a": {"x": "bad"}}, [accepted("t.r")])
    assert judged(made, rule("t.r", "off"), STACK["stack.acceptances_are_used"]).findings == ()


def test_what_judges_cannot_be_accepted() -> None:
    made = world({"a": {}}, [accepted("t.z"), accepted("stack.acceptances_name_rules")])
    (one,) = judged(made, rule("t.r"), STACK["stack.acceptances_name_rules"]).findings
    assert one.counts and one.message == "`accept` names 't.z', and there is no such rule"
    assert one.fix == "use 't.r'"


GOOD = """\
- rule: t.r
  urn: "urn:pulumi:*::a"
  reason: it is right here
  owner: Jo
  until: 2027-06-30
"""


def read(folder: Path, text: str) -> object:
    (folder / "accepted.yaml").write_text(text)
    return read_accepted(folder / "accepted.yaml", "policies/accepted.yaml", ["t.r", "t.other"])


def test_a_whole_organization_accepts_in_a_file(tmp_path: Path) -> None:
    (one,) = read(tmp_path, GOOD)  # type: ignore[misc]
    assert (one.rule, one.urn, one.owner, str(one.until)) == ("t.r", "urn:pulumi:*::a", "Jo", "2027-06-30")
    assert str(one.place) == "policies/accepted.yaml:1:9"
    (finding,) = judged(world({"a": {"x": "bad"}}), rule("t.r"), acceptances=[one]).findings
    assert finding.accepted == one
    assert read(tmp_path, "# nothing\n") == () and read(tmp_path, "[]\n") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\n", "policies/accepted.yaml:1:1  this file is a list of acceptances"),
        ("- t.r\n", "policies/accepted.yaml:1:3  an acceptance is a mapping"),
        (GOOD.replace("t.r", "t.rr"), "policies/accepted.yaml:1:9  there is no rule 't.rr'"),
        (GOOD.replace("t.r", "t.*"), "policies/accepted.yaml:1:9  there is no rule 't.*'"),
        (GOOD.replace("2027-06-30", "soon"), "policies/accepted.yaml:5:10  'until' is a day, not 'soon'"),
        (GOOD.replace("owner", "own"), "policies/accepted.yaml:1:3  the acceptance has no 'owner'"),
        (GOOD + "  rule: t.r\n", "policies/accepted.yaml:6:3  'rule' is written twice, first at"),
        (GOOD.replace("reason: it is right here", "reason:"), "'reason' of an acceptance is a text"),
        ("- {rule: t.r\n", "this is no YAML: "),
        ("- &a [*a]\n", "policies/accepted.yaml"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as e:
        read(tmp_path, text)
    assert said in str(e.value) and "fix: " in str(e.value)


def test_a_day_in_any_time_zone() -> None:
    assert found("2026-11-21", datetime(2026, 11, 21, 23, 59, tzinfo=UTC)).accepted is not None
