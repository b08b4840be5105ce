"""How does what the rules say of a change look in a comment? New mandatory findings first, the rest folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ultrastack.model.comparison import FindingsChange, TagsChange
from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.plan import Plan

from . import findings_outline as outline
from .findings_outline import Spot
from .review_folding import Piece, Rank, Section
from .review_markdown_changes import MOST_NAMES, few, name, said
from .review_new import new_findings
from .verdict import listing, many

MOST_RULES = 8  # that a line of numbers names


def worst(plan: Plan) -> Iterator[Section]:
    """New findings that stop."""
    found = [one for one in new_findings(plan) if one.counts and one.level == "mandatory"]
    if found:
        title = f"**{many(len(found), _new_word(plan) + 'mandatory finding')}**"
        yield Section(list(_pieces(found, Rank.MANDATORY)), f"{title}\n\n", rest=_rest, rest_rank=Rank.WORST_NUMBERS)


def others(plan: Plan) -> Iterator[Section]:
    new = [one for one in new_findings(plan) if one.counts and one.level != "mandatory"]
    if new:
        title = f"**{many(len(new), _new_word(plan) + 'advisory finding')}**"
        yield Section(list(_pieces(new, Rank.ADVISORY)), f"{title}\n\n", rest=_rest)
    compared = _compared(plan) or FindingsChange()
    accepted = [one for one in new_findings(plan) if one.verdict == "fail" and not one.counts]
    open_ = [one for one in new_findings(plan) if one.verdict == "undecided"]
    yield from _list(f"{many(len(compared.unclear), 'earlier finding')} that cannot be decided any more",
                     compared.unclear, Rank.ADVISORY)  # fmt: skip
    yield from _list(
        f"{many(len(open_), _new_word(plan) + 'check')} not decided, which is no pass", open_, Rank.ADVISORY
    )
    yield from _list(
        f"{many(len(accepted), _new_word(plan) + 'finding')}, accepted or in the baseline", accepted, Rank.GONE
    )
    yield from _list(f"{many(len(compared.gone), 'finding')} gone", compared.gone, Rank.GONE)
    yield from _list(f"{many(len(compared.still), 'finding')} still there", compared.still, Rank.CONTEXT)
    if plan.judgement is not None:
        yield from _judged(plan.judgement)


def tags(changes: Sequence[TagsChange]) -> Iterator[Section]:
    """Those that lose the same together."""
    alike: dict[str, list[TagsChange]] = {}
    for one in changes:
        alike.setdefault(_lost(one), []).append(one)
    pieces = []
    for lost, them in alike.items():
        names = few([name(one.resource.name) for one in them])
        pieces.append(Piece(f"- {names}: {lost}", Rank.ADVISORY, "tag change", len(them)))
    if pieces:
        yield Section(pieces, f"**tags of {many(len(changes), 'resource')} would be lost or different**\n\n")


def _lost(one: TagsChange) -> str:
    lost = [f"{name(key)}={name(value) or 'empty'}" for key, value in sorted(one.lost.items())]
    told = [f"loses {listing(lost)}"] if lost else []
    told += [f"{name(key)}: {name(a) or 'empty'} → {name(b) or 'empty'}" for key, (a, b) in sorted(one.changed.items())]
    return "; ".join([*told, *["**it would have no tag at all**"] * one.untagged])


def _compared(plan: Plan) -> FindingsChange | None:
    return plan.comparison.findings if plan.comparison is not None else None


def _new_word(plan: Plan) -> str:
    return "new " if _compared(plan) is not None else ""


def _pieces(findings: Sequence[Finding], rank: Rank) -> Iterator[Piece]:
    """By rule; alike ones at one place are one."""
    for group in outline.groups(findings):
        for number, spot in enumerate(group.spots):
            line = _line(spot)
            more = [f"  - fix: {said(fix)}" for fix in dict.fromkeys(f.fix for f in spot.findings) if fix][:MOST_NAMES]
            if number == 0 and group.first.why:
                more.append(f"  - why: {said(group.first.why)}")
            more += [f"  - {said(note)}" for note in dict.fromkeys(n for f in spot.findings for n in f.notes)]
            brief_rank = Rank.FIXES if rank == Rank.MANDATORY else rank
            yield Piece(
                text="\n".join([line, *more]),
                rank=rank,
                noun="finding",
                count=len(spot.findings),
                brief=line if more else "",
                brief_rank=brief_rank,
                brief_noun="explanation",
                about=(group.first.rule,),
            )


def _line(spot: Spot) -> str:
    where = f", {name(str(spot.place))}" if spot.place is not None else ""
    who = f"**{said(spot.names)}**: " if spot.names else ""
    return f"- {who}{said(spot.first.message)} ({name(spot.first.rule)}{where})"


def _list(title: str, findings: Sequence[Finding], rank: Rank) -> Iterator[Section]:
    if findings:
        pieces = [
            Piece(_line(spot), rank, "finding", len(spot.findings), about=(group.first.rule,))
            for group in outline.groups(findings)
            for spot in group.spots
        ]
        head = f"<details><summary>{title}</summary>\n\n"
        yield Section(
            pieces, head, "\n\n</details>", rest=lambda left, everything: title if everything else _rest(left)
        )


def _judged(judgement: Judgement) -> Iterator[Section]:
    broken = [
        Piece(f"- {name(one.rule)} failed itself, please report it: {said(one.message)}", Rank.ADVISORY, "failed check")
        for one in judgement.broken
    ]
    yield Section(broken)
    told = "; ".join(one for one in (outline.coverage(judgement), outline.judged_by(judgement)) if one)
    yield Section([Piece(f"rules: {said(told)}", Rank.CONTEXT, "note")])


def _rest(left: Sequence[Piece], everything: bool = False) -> str:
    counts: Counter[str] = Counter()
    for piece in left:
        counts[piece.about[0]] += piece.count
    told = [f"{count:,} of {name(rule)}" for rule, count in counts.most_common(MOST_RULES)]
    if len(counts) > MOST_RULES:
        told.append(f"{sum(count for _, count in counts.most_common()[MOST_RULES:]):,} of other rules")
    return f"{'findings' if everything else 'and more'}: {listing(told)}"
