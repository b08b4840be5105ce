"""How do findings look in a comment or a job summary? Verdict first, a table by rule, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ultrastack.model.finding import Judgement
from ultrastack.model.plan import Plan

from . import findings_outline as outline
from .findings_outline import Group, Spot
from .markdown import code, escaped, folded
from .verdict import many

MOST_SPOTS = 10  # of one rule


def render(plans: Sequence[Plan]) -> str:
    return "\n".join(line for plan in plans if plan.judgement for line in _stack(plan, plan.judgement)).rstrip() + "\n"


def _stack(plan: Plan, judgement: Judgement) -> Iterator[str]:
    yield f"### {escaped(plan.graph.stack)}: {outline.verdict(judgement)}"
    yield ""
    if said := outline.judged_by(judgement):
        yield f"{escaped(said)}  "
    yield escaped(outline.coverage(judgement))
    yield ""
    for group in outline.groups(outline.standing(judgement)):
        yield from _group(group)
    for f in judgement.broken:
        yield f"- **{escaped(f.rule)}** failed itself, please report it: {escaped(f.message)}"
    if found := outline.groups(outline.accepted(judgement)):
        lines = [_accepted(spot) for group in found for spot in group.spots]
        yield from folded(f"{len(outline.accepted(judgement))} accepted", lines)
    if open_ := outline.undecided(judgement):
        lines = [
            f"- {code(group.first.rule)} {_who(spot)}{escaped(spot.first.message)}"
            for group in outline.groups(open_)
            for spot in group.spots
        ]
        yield from folded(f"{many(len(open_), 'check')} not decided, which is no pass", lines)


def _group(group: Group) -> Iterator[str]:
    first = group.first
    yield f"**{first.level}** {code(first.rule)}: {escaped(first.title)}"
    yield ""
    for spot in group.spots[:MOST_SPOTS]:
        where = f"{code(str(spot.place))} " if spot.place else ""
        yield f"- {where}{_who(spot)}{escaped(spot.first.message)}"
        yield from (f"  - {escaped(note)}" for note in dict.fromkeys(n for f in spot.findings for n in f.notes))
    if len(group.spots) > MOST_SPOTS:
        yield f"- and {many(len(group.spots) - MOST_SPOTS, 'place')} more"
    yield ""
    yield f"{escaped(first.why)}  "
    yield from (f"fix: {escaped(fix)}  " for fix in dict.fromkeys(s.first.fix for s in group.spots[:MOST_SPOTS]))
    yield ""


def _who(spot: Spot) -> str:
    return f"{escaped(spot.names)}: " if spot.names else ""


def _accepted(spot: Spot) -> str:
    one = spot.first.accepted
    assert one is not None
    notes = "".join(f" **{escaped(note)}**" for note in dict.fromkeys(n for f in spot.findings for n in f.notes))
    who = f"{escaped(one.reason)} ({escaped(one.owner)}, until {one.until})"
    return f"- {code(spot.first.rule)} of {escaped(spot.names)}: {who}{notes}"
