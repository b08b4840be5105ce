"""What does a change come to? One verdict, counts, and rows of alike changes, the worst first; the same everywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ultrastack.model.change import Change, Harm, Kind, PropertyChange, Risk
from ultrastack.model.comparison import Comparison
from ultrastack.model.estate import StackPlan
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review

from .values import name_in, words
from .verdict import listing, many

KINDS: tuple[Kind, ...] = ("delete", "replace", "may replace", "update", "import", "create", "move")  # as listed
HARMS: tuple[Harm, ...] = ("data loss", "capacity given back", "fleet drained", "endpoint down", "unknown")
SIGNS: Mapping[Kind, str] = {  # Pulumi's own, where it has one
    "create": "+",
    "import": "=",
    "update": "~",
    "replace": "+-",
    "may replace": "?-",
    "move": ">",
    "delete": "-",
}
MEANS: Mapping[Kind, str] = {
    "create": "create",
    "import": "take over what exists",
    "update": "change in place",
    "replace": "replace",
    "may replace": "change, perhaps by a replacement",
    "move": "another name in Pulumi, the same resource",
    "delete": "delete",
}
LOSES: Mapping[Harm, str] = {
    "data loss": "loses data",
    "capacity given back": "gives capacity back",
    "fleet drained": "drains a fleet",
    "endpoint down": "takes an endpoint down",
    "unknown": "takes away something unknown",
}
MAY_LOSE: Mapping[Harm, str] = {
    "data loss": "may lose data",
    "capacity given back": "may give capacity back",
    "fleet drained": "may drain a fleet",
    "endpoint down": "may take an endpoint down",
    "unknown": "may take away something unknown",
}
ALIKE_FROM = 3  # so many changes that differ only in the numbers of their names become one row
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Difference:
    """One property of a row, in words; of alike changes, of the first."""

    path: str
    before: str  # "" where it was not given
    after: str  # "" where it is not given any more
    replaces: str  # yes, no, may
    because: str = ""

    def __str__(self) -> str:
        """storageCapacity: 4800 -> 9600"""
        if not self.before:  # of neither side: an option such as replaceWith, which `because` explains
            return f"{self.path}: {self.after} (new)" if self.after else self.path
        return f"{self.path}: {self.before} -> {self.after}" if self.after else f"{self.path}: {self.before} (gone)"


@dataclass(frozen=True)
class Row:
    """One change, or several alike ones."""

    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]

    @property
    def first(self) -> Change:
        return self.changes[0]

    @property
    def kind(self) -> Kind:
        return self.first.kind

    @property
    def name(self) -> str:
        """training-node-0 … training-node-3"""
        names = [name_in(one.resource.urn) for one in self.changes]
        return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"

    @property
    def type(self) -> str:
        return self.first.resource.type

    @property
    def step(self) -> str:
        return self.first.resource.step

    @property
    def moved_from(self) -> str:
        """The name that the first of them had; "" where only its parents or nothing has another name."""
        before = name_in(self.first.moved_from) if self.first.moved_from else ""
        return before if before != name_in(self.first.resource.urn) else ""

    @property
    def risk(self) -> Risk | None:
        return self.first.risks[0] if self.first.risks else None


def rows(comparison: Comparison) -> list[Row]:
    """Of everything that changes, the worst first, then as KINDS are ordered, then as in the graph."""
    alike: dict[tuple[object, ...], list[Change]] = {}
    for change in comparison.changes:
        alike.setdefault(_likeness(change), []).append(change)
    found = []
    for group in alike.values():
        for some in [group] if len(group) >= ALIKE_FROM else [[one] for one in group]:
            found.append(Row(tuple(some), tuple(_difference(one) for one in some[0].properties)))
    return sorted(found, key=_rank)


def _likeness(change: Change) -> tuple[object, ...]:
    name = _DIGITS.sub("#", change.resource.name)
    paths = tuple((one.path, one.replaces, one.because) for one in change.properties)
    risks = tuple((one.harm, one.certain) for one in change.risks)
    return change.kind, change.resource.type, change.resource.step, name, bool(change.moved_from), paths, risks


def _rank(row: Row) -> tuple[int, bool, int]:
    risk = row.risk
    harm = HARMS.index(risk.harm) if risk is not None else len(HARMS)
    return harm, risk is not None and not risk.certain, KINDS.index(row.kind)


def _difference(one: PropertyChange) -> Difference:
    before = "" if one.old is None else words(one.old)
    return Difference(one.path, before, "" if one.new is None else words(one.new), one.replaces, one.because)


def counts(comparison: Comparison) -> dict[Kind, int]:
    """How many resources of each kind of change; a kind that does not occur is left out."""
    found = Counter(one.kind for one in comparison.changes)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def harms(comparison: Comparison) -> dict[tuple[Harm, bool], int]:
    """How many changes risk what, certain ones apart; each change counts for its worst risk."""
    found = Counter((one.risks[0].harm, one.risks[0].certain) for one in comparison.changes if one.risks)
    order = sorted(found, key=lambda item: (HARMS.index(item[0]), not item[1]))
    return {key: found[key] for key in order}


def would(comparison: Comparison) -> str:
    """1 to delete, 2 to replace, 4 to create; 2 lose data"""
    n = counts(comparison)
    if not n:
        return "nothing would change"
    verbs = {"may replace": "perhaps to replace", "move": "renamed", "import": "to take over"}
    said = ", ".join(f"{count:,} {verbs.get(kind, f'to {kind}')}" for kind, count in n.items())
    lost = [
        f"{count:,} {_agree((LOSES if sure else MAY_LOSE)[harm], count)}" for (harm, sure), count in _harms(comparison)
    ]
    return said + (f"; {listing(lost)}" if lost else "")


def _harms(comparison: Comparison) -> Iterable[tuple[tuple[Harm, bool], int]]:
    return harms(comparison).items()


def _agree(verb: str, count: int) -> str:
    """loses data, for two: lose data"""
    if count == 1 or verb.startswith("may "):
        return verb
    first, _, rest = verb.partition(" ")
    return f"{first.removesuffix('s')} {rest}"


def new_mandatory(plan: Plan) -> int:
    """Findings that stop: mandatory ones that the base did not have; of a plan without a base's, all of them."""
    if plan.comparison is not None and plan.comparison.findings is not None:
        return sum(one.counts and one.level == "mandatory" for one in plan.comparison.findings.new)
    return len(plan.judgement.at("mandatory")) if plan.judgement is not None else 0


def stack_verdict(plan: Plan) -> str:
    """prod: 1 to replace, 4 to create; 1 loses data; 1 new mandatory finding"""
    assert plan.comparison is not None
    said = would(plan.comparison)
    if count := new_mandatory(plan):
        said += f"; {count:,} new mandatory finding{'s' * (count != 1)}"
    return f"{plan.graph.stack}: {said}"


def touched(review: Review) -> list[tuple[StackPlan, Plan]]:
    """Stacks of which there is something to tell, the worst first: a change, a finding or a tag that is different."""
    return sorted(((one, plan) for one, plan in review.compared() if _differs(plan)), key=lambda it: _badness(it[1]))


def _badness(plan: Plan) -> tuple[int, bool, int]:
    assert plan.comparison is not None
    harm, sure = next(iter(harms(plan.comparison)), (None, True))
    return HARMS.index(harm) if harm is not None else len(HARMS), not sure, -new_mandatory(plan)


def _differs(plan: Plan) -> bool:
    said = plan.comparison
    assert said is not None
    found = said.findings
    return bool(said.changes or said.tags or (found and (found.new or found.gone or found.unclear)))


def verdict(review: Review) -> str:
    """The first line of every report; of one stack its own, of several what they come to together."""
    compared = list(review.compared())
    failed = list(review.failed())
    if len(compared) == 1 and not failed:
        return stack_verdict(compared[0][1])
    changed = [plan for _, plan in compared if plan.comparison and plan.comparison.changes]
    said = f"{len(changed)} of {many(len(review.stacks), 'stack')} would change"
    if not changed:
        said = f"{many(len(compared), 'stack')}, none would change" if compared else ""
    worst = Counter[tuple[Harm, bool]]()
    for plan in changed:
        assert plan.comparison is not None
        worst.update(harms(plan.comparison))
    order = sorted(worst, key=lambda item: (HARMS.index(item[0]), not item[1]))
    lost = [_agree((LOSES if key[1] else MAY_LOSE)[key[0]], worst[key]) for key in order]
    if lost:
        numbers = [many(worst[key], "change") if i == 0 else f"{worst[key]:,}" for i, key in enumerate(order)]
        said += f"; {listing([f'{count} {what}' for count, what in zip(numbers, lost, strict=True)])}"
    if count := sum(new_mandatory(plan) for _, plan in compared):
        said += f"; {many(count, 'new mandatory finding')}"
    if failed:
        names = listing([one.name for one in failed])
        said += "; " * bool(said) + f"{many(len(failed), 'stack')} could not be planned: {names}"
    return said
