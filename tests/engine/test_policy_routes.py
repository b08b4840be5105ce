"""Each rule case on the real CLI: the pack says in a preview, and of a state file, what the offline check says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.policies.cases import all_cases
from tests.policies.routes import left_out
from tests.policies.test_routes import expected
from tests.policies.test_rules import RULES

from .policy_routes import Batch, Route, batches, makeable, reads

pytestmark = pytest.mark.engine

AT_ONCE = 2
WAYS = ("previewed", "analyzed")


@pytest.mark.parametrize("way", WAYS)
def test_the_real_cli_says_what_the_offline_check_says(
    way: str, pulumi_cli: Path, tmp_path: Path, say_at_the_end: Callable[[str], None]
) -> None:
    everything = [case for case in all_cases() if case.rule in RULES]
    reasons = Counter(left_out(case, RULES[case.rule]) for case in everything)
    usable = [case for case in everything if not left_out(case, RULES[case.rule])]
    cases = [case for case in usable if makeable(case) and not (way == "analyzed" and reads(case))]
    route = Route(pulumi_cli, tmp_path, RULES)
    run: Callable[[Batch], list[str]] = getattr(route, way)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        together = list(batches(cases))
        found = dict(_by_case(together, pool.map(run, together)))
        fewer = batches(case for case in cases if found[str(case)] != expected(case, way))
        found |= _by_case(fewer, pool.map(run, fewer))
        alone = [Batch([case], alone=True) for case in cases if found[str(case)] != expected(case, way)]
        found |= _by_case(alone, pool.map(run, alone))
    left = [f"{n} of {why}" for why, n in reasons.items() if why]
    left.append(
        f"{len(usable) - len(cases)} of resources that name each other, or that `policy analyze` takes for made"
    )
    say_at_the_end(
        f"rules by the real CLI, {way}: {len(cases)} cases the same, {len(alone)} of them asked alone; left out: "
        + "; ".join(left)
    )
    assert {str(case): found[str(case)] for case in cases if found[str(case)] != expected(case, way)} == {}


def _by_case(asked: Iterable[Batch], found: Iterable[list[str]]) -> dict[str, str]:
    pairs = [
        pair for batch, verdicts in zip(asked, found, strict=True) for pair in zip(batch.cases, verdicts, strict=True)
    ]
    return {str(case): verdict for case, verdict in pairs}
