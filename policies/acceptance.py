"""Which findings has somebody accepted, and until when?

An acceptance holds for one rule: on a step for the findings of its resources, at the top of a stack file for all of
the stack, in `accepted.yaml` for resources whose URN fits a pattern; what is found about a stack as a whole has the
URN of the stack itself. It covers what fails, never what nobody can decide. After its last day (in UTC) the finding is
back; where the time is not known it has not been shown to hold, so it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from ultrastack.model.finding import Acceptance, Finding
from ultrastack.model.place import Problem, Refused

from .written import Written, nearest, read

NOTICE_DAYS = 14
WORDS = ("rule", "urn", "reason", "owner", "until")


def accept(
    findings: Iterable[Finding], acceptances: Sequence[Acceptance], now: datetime | None, stack: str = ""
) -> list[Finding]:
    """The same findings; what is accepted says by whom, what was or ends soon has a note. `stack` is its URN."""
    by_rule: dict[str, list[Acceptance]] = {}
    for one in acceptances:
        by_rule.setdefault(one.rule, []).append(one)
    today = now.astimezone(UTC).date() if now is not None else None
    return [_accepted(finding, by_rule.get(finding.rule, ()), today, stack) for finding in findings]


def covers(acceptance: Acceptance, finding: Finding, stack: str = "") -> bool:
    """Whether it speaks of this finding, whatever day it is."""
    if acceptance.rule != finding.rule or finding.verdict != "fail":
        return False
    return _in_scope(acceptance, finding, stack)


def _in_scope(acceptance: Acceptance, finding: Finding, stack: str) -> bool:
    if acceptance.urn:
        return _pattern(acceptance.urn).fullmatch(finding.urn or stack) is not None
    return not acceptance.step or acceptance.step == finding.step


def _accepted(finding: Finding, given: Sequence[Acceptance], today: date | None, stack: str) -> Finding:
    fitting = [one for one in given if covers(one, finding, stack)]
    if not fitting:
        return finding
    last = max(fitting, key=lambda one: one.until)
    if today is None:
        note = f"{last.owner} accepted it until {last.until}, but whether that day has passed is not known"
        return replace(finding, notes=(*finding.notes, note))
    if last.until < today:
        note = f"{last.owner} accepted it until {last.until}, which has passed: {last.reason}"
        return replace(finding, notes=(*finding.notes, note))
    left = (last.until - today).days
    notes = finding.notes
    if left <= NOTICE_DAYS:
        when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
        notes = (*notes, f"the acceptance of {last.owner} ends {when}, on {last.until}")
    return replace(finding, accepted=last, notes=notes)


def unused(
    acceptances: Iterable[Acceptance], findings: Sequence[Finding], asked: set[str], stack: str = ""
) -> tuple[Acceptance, ...]:
    """Those that cover nothing. `asked` are ids of the rules that were asked: of another nobody can tell, nor where
    the rule could not decide.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return tuple(
        one
        for one in acceptances
        if one.rule in asked and not any(_in_scope(one, finding, stack) for finding in by_rule.get(one.rule, ()))
    )


def speaks_of(acceptance: Acceptance, stack: str) -> bool:
    """Whether only this stack can use it: a pattern for several stacks may be there for another one."""
    return not acceptance.urn or acceptance.urn.startswith(f"urn:pulumi:{stack}::")


@lru_cache(512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


# ---- accepted.yaml --------------------------------------------------------------------------------------------------


def read_accepted(path: Path, shown: str, rules: Iterable[str]) -> tuple[Acceptance, ...]:
    """What a whole organization accepts; Refused with every mistake, also for a rule that is not among these ids."""
    top = read(path, shown)
    if top.kind == "nothing":
        return ()
    if top.kind != "list":
        raise Refused(Problem(top.place, "this file is a list of acceptances", f"- {{{', '.join(WORDS)}}}"))
    ids, problems = set(rules), list[Problem]()
    found = [_acceptance(one, ids, problems) for one in top.items]
    if problems:
        raise Refused(*problems)
    return tuple(one for one in found if one is not None)


def _acceptance(one: Written, ids: set[str], problems: list[Problem]) -> Acceptance | None:
    if one.kind != "map":
        problems.append(Problem(one.place, "an acceptance is a mapping", f"- {{{', '.join(WORDS)}}}"))
        return None
    before = len(problems)
    for word, value in one.map.items():
        if word not in WORDS:
            problems.append(Problem(one.keys[word], f"unknown word '{word}' in an acceptance", nearest(word, WORDS)))
        elif value.kind != "text" or not value.text.strip():
            problems.append(Problem(value.place, f"'{word}' of an acceptance is a text", f"{word}: ..."))
    if missing := [word for word in WORDS if word not in one.map]:
        words = " and ".join(f"'{w}'" for w in missing)
        problems.append(Problem(one.place, f"the acceptance has no {words}", f"add {missing[0]}: ..."))
    if len(problems) > before:
        return None
    rule, until = one.map["rule"], _day(one.map["until"], problems)
    if rule.text not in ids:
        problems.append(Problem(rule.place, f"there is no rule '{rule.text}'", nearest(rule.text, ids)))
    if until is None or rule.text not in ids:
        return None
    text = {word: value.text for word, value in one.map.items()}
    return Acceptance(text["rule"], text["reason"], text["owner"], until, "", text["urn"], rule.place)


def _day(value: Written, problems: list[Problem]) -> date | None:
    try:
        if len(value.text) != 10:
            raise ValueError
        return date.fromisoformat(value.text)
    except ValueError:
        problems.append(Problem(value.place, f"'until' is a day, not '{value.text}'", "as 2027-01-31"))
        return None
