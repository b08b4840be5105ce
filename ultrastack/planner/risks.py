"""What may each change take away, why, and what can be done instead? Data, capacity, fleets, endpoints; or who knows.

Whether something is lost is asked of the rules that judge changes, so that a report and the rules never say different
things. They pass what protection holds; here it is said, since the base may not be what is there: what is protected
stops the `up`, so it is a risk that is not certain. What `retain_on_delete` keeps stays in the account, and is none.
What leaves a copy, or what the cloud refuses to delete while it holds something, is a risk that is not certain either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ultrastack.model.change import Change, Harm, Risk
from ultrastack.model.graph import Graph, Resource
from ultrastack.policies.world import Subject, SubjectChange, World

from .change_words import goes, thing
from .disturbed import disturbed
from .risk_ways import Ways
from .taken import Found, row_of, taken

ORDER: tuple[Harm, ...] = ("data loss", "capacity given back", "fleet drained", "endpoint down", "unknown")


def with_risks(changes: Sequence[Change], old: Graph, new: Graph) -> tuple[Change, ...]:
    """Each with what it may take away, the worst first."""
    if not changes:
        return ()
    asking = _Asking(changes, old, new)
    return tuple(replace(one, risks=tuple(sorted(asking.risks(one), key=_rank))) for one in changes)


def _rank(risk: Risk) -> tuple[int, bool]:
    return ORDER.index(risk.harm), not risk.certain


class _Asking:
    def __init__(self, changes: Sequence[Change], old: Graph, new: Graph):
        self.ways = Ways(changes, old, new)
        before, after = _unprotected(old), _unprotected(new)
        self.before = World(before, exact=any(one.references for one in old.resources))
        self.after = World(after, exact=any(one.references for one in new.resources))
        self.beside = [replace(one, old=_bare(one.old), new=_bare(one.new)) for one in changes]

    def risks(self, change: Change) -> Iterator[Risk]:
        about = self._about(change)
        row = row_of(about)
        for one in (*taken(about, row), *disturbed(about, row)):
            yield self._risk(about, change, one)

    def _about(self, change: Change) -> SubjectChange:
        """Without any protection, which is told apart."""
        old = self.before.by_urn.get(change.old.urn) if change.old is not None else None
        new = self.after.by_urn.get(change.new.urn) if change.new is not None else None
        if old is None and new is None:
            old = Subject(change.resource, self.before)
        return SubjectChange(replace(change, old=_bare(change.old), new=_bare(change.new)), old, new, self.beside)

    def _risk(self, about: SubjectChange, change: Change, found: Found) -> Risk:
        guarded = change.goes and _is_protected(change)
        happens = found.happens or goes(change)
        if guarded:
            why = f"{thing(change)} {happens}; `protect` stops that `up`, without it {found.lost}"
        else:
            why = f"{thing(change)} {happens}; {found.lost}"
            if change.goes and change.old is not None and change.old.options.protect:
                why += "; the same change takes its `protect` away"
        certain = found.certain and not guarded and change.kind != "may replace"
        return Risk(found.harm, why, self.ways.of(about, change, found.harm, found.paths), certain)


def _unprotected(graph: Graph) -> Graph:
    return replace(graph, resources=tuple(bare for one in graph.resources if (bare := _bare(one)) is not None))


def _bare(one: Resource | None) -> Resource | None:
    if one is None or not one.options.protect:
        return one
    return replace(one, options=replace(one.options, protect=False))


def _is_protected(change: Change) -> bool:
    """Of what goes the old one counts, of what is replaced the new (pulumi v3.259, step_generator.go)."""
    one = change.old if change.new is None else change.new
    return one is not None and one.options.protect
