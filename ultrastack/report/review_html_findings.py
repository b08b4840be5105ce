"""How do the rules' findings look on a page? What is new and mandatory first; what is as it was is folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ultrastack.model.comparison import FindingsChange
from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.plan import Plan

from . import findings_outline as outline
from .findings_outline import Group, Spot
from .review_html_parts import code, escaped, folded, listed, prose, reference, span
from .verdict import many

MOST_SPOTS = 20  # of one rule


def findings(plan: Plan, level: int) -> str:
    """All that there is to say; `level` of the headings."""
    said = plan.comparison.findings if plan.comparison is not None else None
    parts = [*_changed(said, level)] if said is not None else [*_all_of(plan.judgement, level)]
    if plan.judgement is not None:
        parts += _checks(plan.judgement)
    return "\n".join(parts)


def _changed(said: FindingsChange, level: int) -> Iterator[str]:
    new = [one for one in said.new if one.counts]
    yield _list(level, "New", new) if new else '<p class="none">No new finding.</p>'
    if said.unclear:
        yield _list(level, "It cannot be decided whether these still hold", said.unclear)
    if said.gone:
        yield folded(f"Gone: {many(len(said.gone), 'finding')}", _brief(said.gone), "gone")
    if said.still:
        yield folded(f"As before: {many(len(said.still), 'finding')}", _brief(said.still), "still")
    if open_ := [one for one in said.new if one.verdict == "undecided"]:
        yield folded(f"{many(len(open_), 'check')} more cannot be decided, which is no pass", _brief(open_))
    if left := [one for one in said.new if one.verdict == "fail" and not one.counts]:
        yield folded(f"New, but accepted or in the baseline: {many(len(left), 'finding')}", _brief(left))


def _all_of(judgement: Judgement | None, level: int) -> Iterator[str]:
    """Where nothing is known of the base."""
    if judgement is None:
        yield '<p class="none">No rule was asked.</p>'
        return
    yield '<p class="none">No rule was asked of the base: which of these are new is not known.</p>'
    if standing := outline.standing(judgement):
        yield _list(level, "Findings", standing)


def _checks(judgement: Judgement) -> Iterator[str]:
    for one in judgement.broken:
        yield f'<p class="broken">{code(one.rule)} failed itself, please report it: {prose(one.message)}</p>'
    said = (outline.judged_by(judgement), outline.coverage(judgement))
    yield "".join(f'<p class="by">{prose(one)}</p>' for one in said if one)


def _list(level: int, title: str, found: Sequence[Finding]) -> str:
    heading = f"<h{level}>{title} {span('count', f'{len(found):,}')}</h{level}>"
    return heading + "\n" + "\n".join(_group(group, whole=True) for group in outline.groups(found))


def _brief(found: Sequence[Finding]) -> str:
    return "\n".join(_group(group, whole=False) for group in outline.groups(found))


def _group(group: Group, *, whole: bool) -> str:
    """One rule; `whole` with why it matters and what to do."""
    first = group.first
    badge = span(f"badge {'sure' if first.level == 'mandatory' else 'plain'}", first.level)
    head = f'<p class="head">{badge} <strong>{prose(first.title)}</strong> {code(first.rule, "rule")}</p>'
    spots = [_spot(spot) for spot in group.spots[:MOST_SPOTS]]
    if len(group.spots) > MOST_SPOTS:
        spots.append(f"and {many(len(group.spots) - MOST_SPOTS, 'place')} more")
    return "\n".join(('<div class="finding">', head, listed(spots, "spots"), *_about(group, whole), "</div>"))


def _spot(spot: Spot) -> str:
    first = spot.first
    where = f" {code(str(spot.place), 'place')}" if spot.place else ""
    who = f"{code(spot.names)}: " if spot.names else ""
    notes = "".join(f" <em>{prose(note)}</em>" for note in dict.fromkeys(n for f in spot.findings for n in f.notes))
    return f"{who}{prose(first.message)}{_needs(first)}{where}{_accepted(first)}{notes}"


def _needs(one: Finding) -> str:
    """What would decide, where its message does not say so itself."""
    return f" (needs {prose(one.needs)})" if one.needs and one.needs not in one.message else ""


def _accepted(one: Finding) -> str:
    if one.accepted is None:
        return " (in the baseline)" if one.known else ""
    return f" (accepted: {prose(one.accepted.reason)}, {escaped(one.accepted.owner)}, until {one.accepted.until})"


def _about(group: Group, whole: bool) -> Iterator[str]:
    if not whole:
        return
    if group.first.why:
        yield f'<p class="why">{prose(group.first.why)}</p>'
    fixes = dict.fromkeys(spot.first.fix for spot in group.spots[:MOST_SPOTS])
    yield from (f'<p class="fix">{span("label", "fix:")} {prose(fix)}</p>' for fix in fixes if fix)
    if group.first.references:
        yield f'<p class="references">{", ".join(map(reference, group.first.references))}</p>'
