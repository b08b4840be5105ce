"""Every rule says of its cases what they say that it says; a rule without cases is named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.policies.cases import CASES, Case, all_cases
from tests.policies.judged import outcomes_of
from ultrastack.policies.checking import Outcome
from ultrastack.policies.finder import find_rules

RULES = {rule.id: rule for rule in find_rules()}
ALL = list(all_cases())
ORDER = ("broken", "fail", "undecided", "pass", "not applicable")


def verdict(found: Iterable[Outcome]) -> str:
    """Of one rule on one program: the worst that it says; nothing to look at is not applicable."""
    verdicts = {one.verdict for one in found} or {"not applicable"}
    return next(v for v in ORDER if v in verdicts)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_says_what_its_case_says(case: Case, tmp_path: Path) -> None:
    assert case.rule in RULES, f"there is no rule {case.rule}"
    found = list(outcomes_of(case, [RULES[case.rule]], tmp_path))
    assert [one.why for one in found if one.verdict == "broken"] == []
    said = [
        {
            "resource": (s.where.subject if s.where is not None and s.where.has_subject else one.subject).name
            if one.subject is not None or (s.where is not None and s.where.has_subject)
            else s.step,
            "at": s.where.at(s.at) if s.where is not None else s.at,
            **({"needs": s.needs} if s.verdict == "undecided" else {"says": s.message}),
        }
        for one in found
        for s in one.said
    ]
    assert verdict(found) == case.verdict, said
    if case.verdict in ("fail", "undecided"):
        assert case.finds, f"{case}: what is found? say `finds`: {said}"
    wanted = [dict(one) for one in case.finds]
    assert [{k: v for k, v in one.items() if v or k in w} for one, w in zip(said, wanted, strict=False)] == wanted
    assert len(said) == len(wanted), said


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_a_case_that_passes_and_one_that_fails(rule: str) -> None:
    verdicts = {case.verdict for case in ALL if case.rule == rule}
    assert {"pass", "fail"} - verdicts == set()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_says_all_that_a_reader_needs(rule: str) -> None:
    one = RULES[rule]
    assert one.title and not one.title.endswith(".") and one.title[0].islower() or one.title[:2].isupper()
    assert one.why.endswith(".") and not one.fix.endswith(".") and one.references
    assert len(one.title) <= 100


def test_cases_belong_to_rules() -> None:
    assert sorted({f"{f.parent.name}.{f.stem}" for f in CASES.glob("*/*.yaml")} - set(RULES)) == []
