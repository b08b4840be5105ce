"""What do the rules' findings come to? One verdict, a line of coverage, and findings in groups; the same everywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ultrastack.model.finding import Finding, Judgement, Level
from ultrastack.model.place import Place

from .verdict import listing, many

_DIGITS = re.compile(r"\d+")
_WHOSE = re.compile(r"(`[^`]*`) of [^\s,]+")
LEVELS: tuple[Level, ...] = ("mandatory", "advisory")
MOST_NEEDS = 3  # kinds of inputs that the line of coverage names


@dataclass(frozen=True)
class Spot:
    """One place, with what is said there; alike resources of one step together."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def place(self) -> Place | None:
        return self.first.place

    @property
    def names(self) -> str:
        """training-node-0 and 7 more"""
        names = list(dict.fromkeys(f.name for f in self.findings if f.name))
        return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else self.first.step


@dataclass(frozen=True)
class Group:
    """All that one rule says at one level."""

    spots: tuple[Spot, ...]

    @property
    def first(self) -> Finding:
        return self.spots[0].first

    @property
    def size(self) -> int:
        return sum(len(spot.findings) for spot in self.spots)


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Rule by rule, mandatory ones first, within a level by id; alike findings at one place are one spot."""
    by_rule: dict[tuple[int, str], dict[tuple[object, ...], list[Finding]]] = {}
    for f in findings:
        level = LEVELS.index(f.level) if f.level in LEVELS else len(LEVELS)
        said = f.message.replace(f.name, "") if f.name else f.message
        key = (f.place, f.step, f.type, _DIGITS.sub("#", said), f.accepted)
        by_rule.setdefault((level, f.rule), {}).setdefault(key, []).append(f)
    return [
        Group(tuple(Spot(tuple(them)) for them in spots.values())) for _, spots in sorted(by_rule.items(), key=_key)
    ]


def _key(item: tuple[tuple[int, str], object]) -> tuple[int, str]:
    return item[0]


def standing(judgement: Judgement) -> list[Finding]:
    """What stands against the stack."""
    return [f for f in judgement.findings if f.counts]


def of(judgement: Judgement, wanted: Callable[[Finding], bool]) -> list[Finding]:
    return [f for f in judgement.findings if wanted(f)]


def accepted(judgement: Judgement) -> list[Finding]:
    return of(judgement, lambda f: f.verdict == "fail" and f.accepted is not None)


def in_baseline(judgement: Judgement) -> list[Finding]:
    return of(judgement, lambda f: f.verdict == "fail" and f.accepted is None and f.known)


def undecided(judgement: Judgement) -> list[Finding]:
    return of(judgement, lambda f: f.verdict == "undecided")


def verdict(judgement: Judgement) -> str:
    """2 mandatory and 3 advisory findings, 1 accepted"""
    counts = Counter(f.level for f in standing(judgement))
    said = [f"{counts[level]} {level}" for level in LEVELS if counts[level]]
    total = sum(counts.values())
    words = f"{' and '.join(said)} finding{'s' * (total != 1)}" if total else "no findings"
    also = []
    if found := accepted(judgement):
        also.append(f"{len(found)} accepted")
    if found := in_baseline(judgement):
        also.append(f"{len(found)} in the baseline")
    if judgement.broken:
        also.append(f"{many(len(judgement.broken), 'check')} failed {_themselves(len(judgement.broken))}")
    return ", ".join([words, *also])


def _themselves(count: int) -> str:
    return "itself" if count == 1 else "themselves"


def judged_by(judgement: Judgement) -> str:
    """profile production: what people depend on"""
    said = f"profile {judgement.profile}" if judgement.profile else ""
    purpose = f": {judgement.purpose}" if judgement.purpose and said else ""
    source = f" (rules, levels and acceptances of {judgement.rules_from})" if judgement.rules_from else ""
    return said + purpose + source


def coverage(judgement: Judgement) -> str:
    """103 rules, 612 checks: 590 decided, 22 not; 7 need `userData`, known only after `up`"""
    c = judgement.coverage
    line = f"{many(c.rules, 'rule')}, {many(c.checks, 'check')}: {c.decided:,} decided"
    if c.undecided:
        line += f", {c.undecided:,} not"
    if c.broken:
        line += f", {c.broken:,} failed {_themselves(c.broken)}"
    wanted = needs(judgement)
    told = [f"{count:,} need{'s' * (count == 1)} {what}" for what, count in wanted[:MOST_NEEDS]]
    if told and len(wanted) > MOST_NEEDS:
        told.append(f"{sum(count for _, count in wanted[MOST_NEEDS:]):,} something else")
    return line + ("; " + listing(told) if told else "")


def needs(judgement: Judgement) -> Sequence[tuple[str, int]]:
    """What would decide, alike inputs of several resources together, the most wanted first."""
    found: Counter[str] = Counter()
    for what, count in judgement.coverage.needs.items():
        found[_DIGITS.sub("#", _WHOSE.sub(r"\1", what)) if "`" in what else what] += count
    shown = Counter({what.replace("[#]", "[]").replace("#", "…"): count for what, count in found.items()})
    return sorted(shown.items(), key=lambda item: (-item[1], item[0]))
