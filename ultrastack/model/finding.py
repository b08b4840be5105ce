"""What does a rule say? Findings, and how much could be decided at all; plain data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from .place import Place

Level = Literal["off", "advisory", "mandatory"]
Verdict = Literal["fail", "undecided", "broken"]  # broken: the rule itself raised, which is our failure

_POSITION = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Acceptance:
    """One rule that someone has accepted to be broken, why, and until when."""

    rule: str
    reason: str
    owner: str
    until: date  # the last day on which it holds
    step: str = ""  # of a stack file: what it holds for; "" for the whole stack
    urn: str = ""  # of policies/accepted.yaml: a pattern with `*`; "" for what a stack file accepts
    place: Place | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that a rule says about one resource, or about the stack as a whole.

    `message` says what is wrong here; of an undecided one, which input would decide it (`needs` names it alone).
    """

    rule: str  # fabric.efa_security_group_refers_to_itself
    verdict: Verdict
    level: Level
    title: str  # what must hold
    message: str
    why: str = ""
    fix: str = ""
    references: tuple[str, ...] = ()
    urn: str = ""
    name: str = ""  # of the resource
    type: str = ""
    path: str = ""  # of the input, as a diff writes it: networkInterfaces[0].securityGroups
    needs: str = ""
    step: str = ""
    place: Place | None = None
    id: str = ""  # the same in every run, wherever its line has moved to
    remedy: Mapping[str, Any] = field(default_factory=dict)  # aws.fsx_lustre.storage_capacity_gib -> its new value
    accepted: Acceptance | None = None
    known: bool = False  # in the baseline
    notes: tuple[str, ...] = ()  # an acceptance that has ended, or ends soon

    @property
    def topic(self) -> str:
        return self.rule.partition(".")[0]

    @property
    def counts(self) -> bool:
        """Whether it stands against the stack: nobody has accepted it, and it is not older than the baseline."""
        return self.verdict == "fail" and self.accepted is None and not self.known


@dataclass(frozen=True)
class Known:
    """A finding of a baseline: somebody knew of it when that was written."""

    rule: str
    urn: str
    id: str
    message: str


@dataclass(frozen=True)
class Coverage:
    """How much was looked at: a check is one rule about one resource, or about the whole."""

    rules: int = 0
    checks: int = 0
    passed: int = 0
    failed: int = 0
    undecided: int = 0
    broken: int = 0
    not_applicable: int = 0  # rules that found nothing here to look at
    needs: Mapping[str, int] = field(default_factory=dict)  # what would decide -> how many checks

    @property
    def decided(self) -> int:
        return self.passed + self.failed


@dataclass(frozen=True)
class Judgement:
    """What all rules say about one stack."""

    findings: tuple[Finding, ...] = ()
    coverage: Coverage = Coverage()
    profile: str = ""
    purpose: str = ""  # of the profile
    rules_from: str = ""  # the revision that profile, levels, rules and acceptances come from; "": what lies here
    gone: tuple[Known, ...] = ()  # of the baseline: what is not found any more

    def at(self, level: Level) -> tuple[Finding, ...]:
        """The findings of a level that stand against the stack."""
        return tuple(f for f in self.findings if f.counts and f.level == level)

    @property
    def broken(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict == "broken")


def identified(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """With ids that neither a moved line nor another order of a list changes; equal ones are counted by their words."""
    given = tuple(findings)
    made: list[Finding] = []
    alike: dict[str, list[int]] = {}
    for finding in given:
        stack_free = finding.urn.split("::", 2)[-1]  # of dev and prod alike
        words = (finding.rule, finding.verdict, stack_free or finding.step, _unordered(finding.path))
        found = hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]
        alike.setdefault(found, []).append(len(made))
        made.append(replace(finding, id=found))
    for found, them in alike.items():
        for number, at in enumerate(sorted(them, key=lambda at: _unordered(given[at].message)), 1):
            if number > 1:
                made[at] = replace(made[at], id=f"{found}-{number}")
    return tuple(made)


def _unordered(text: str) -> str:
    return _POSITION.sub("[]", text)
