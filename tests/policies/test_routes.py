"""A rule says the same of a case by every way in this process; what a coarser way cannot decide is listed.

The real CLI is one more way: tests/engine/test_policy_routes.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.policies.cases import Case, all_cases
from tests.policies.routes import left_out, of_service, of_state
from tests.policies.sdk_route import of_sdk
from tests.policies.test_rules import RULES

LISTED = Path(__file__).with_name("routes.yaml")
KNOWN = yaml.safe_load(LISTED.read_text()) or {}
WAYS = ("service", "state", "previewed", "analyzed")
CASES = [c for c in all_cases() if c.rule in RULES and not left_out(c, RULES[c.rule])]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_pack_says_what_the_offline_check_says(case: Case) -> None:
    assert of_service(RULES[case.rule], case) == expected(case, "service")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pulumis_own_service_gives_the_same_verdict(case: Case) -> None:
    assert of_sdk(RULES[case.rule], case) == expected(case, "service")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_state_file_gives_the_same_verdict(case: Case, tmp_path: Path) -> None:
    assert of_state(RULES[case.rule], case, tmp_path) == expected(case, "state")


def test_only_what_cannot_be_decided_is_listed_as_different() -> None:
    """No way may take for wrong what another takes for right."""
    titles = {(case.rule, case.title): case.verdict for case in CASES}
    listed = [
        (rule, title, verdict)
        for rule, cases in KNOWN.items()
        for title, ways in cases.items()
        for way, verdict in ways.items()
        if way in WAYS
    ]
    assert [one for one in listed if titles.get(one[:2]) is None] == []
    assert [one for one in listed if "undecided" not in (one[2], titles[one[:2]])] == []


def expected(case: Case, way: str) -> str:
    return str(KNOWN.get(case.rule, {}).get(case.title, {}).get(way, case.verdict))
