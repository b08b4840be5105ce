"""How do the changes of a stack look in a comment? A table of what is at risk and why, then one of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ultrastack.model.change import Kind, Risk

from . import review_outline as outline
from .markdown import clipped, code, escaped, table_head, table_row
from .review_folding import Piece, Rank, Section
from .review_outline import Difference, Row
from .verdict import listing, many

LONGEST_NAME = 160  # characters, of anything that a table shows
LONGEST_TEXT = 1_000  # of a reason, a way out, a message
MOST_OPEN = 20  # rows that stand open
MOST_PROPERTIES = 5  # of one change
MOST_NAMES = 3  # that one thing is said of
MOST_TYPES = 8  # that a line of numbers names
COLUMNS = ("change", "resource", "what changes", "type", "step")  # a narrow page shows the first ones
NOUNS: Mapping[Kind, str] = {
    "create": "create",
    "import": "import",
    "update": "update",
    "replace": "replacement",
    "may replace": "possible replacement",
    "move": "rename",
    "delete": "delete",
}


def at_risk(rows: Sequence[Row]) -> Iterator[Section]:
    """The rows that may take something away, then why, and what can be done instead."""
    risky = [row for row in rows if row.risk is not None]
    if risky:
        head = f"**at risk**\n\n{table_head(COLUMNS)}\n"
        yield Section([_risky(row) for row in risky], head, rest=_rest_at_risk, rest_rank=Rank.WORST_NUMBERS)
        yield Section(list(_reasons(risky)))


def others(rows: Sequence[Row]) -> Iterator[Section]:
    """The rows that take nothing away; many of them are folded."""
    pieces = [_harmless(row) for row in rows if row.risk is None]
    count = many(sum(piece.count for piece in pieces), "change")
    title = f"{count} of which nothing is known to take anything away"
    if len(pieces) > MOST_OPEN:
        head, foot = f"<details><summary>{title}</summary>\n\n", "\n\n</details>"
    else:
        head, foot = f"**{title}**\n\n", ""
    if pieces:
        yield Section(pieces, f"{head}{table_head(COLUMNS)}\n", foot, _rest_of_others)


def _risky(row: Row) -> Piece:
    risk = _risk(row)
    harm, loses = harm_words(risk), risk.harm == "data loss" and risk.certain
    return _row(
        row,
        f"**{harm}**<br>",
        rank=Rank.LOSS if loses else Rank.RISKY,
        brief_rank=Rank.LOSS_WAYS if loses else Rank.RISK_WAYS,
        about=(harm,),
    )


def _harmless(row: Row) -> Piece:
    return _row(row, "", rank=Rank.HARMLESS, brief_rank=Rank.PROPERTIES, about=(row.kind, row.type))


def _row(row: Row, harm: str, *, rank: Rank, brief_rank: Rank, about: tuple[str, ...]) -> Piece:
    kind, resource, type_, step = _cells(row)
    inputs = many(len(row.differences), "input")
    return Piece(
        text=table_row((harm + kind, resource, _properties(row), type_, step)),
        rank=rank,
        noun=NOUNS[row.kind],
        count=len(row.changes),
        brief=table_row((harm + kind, resource, inputs, type_, step)) if row.differences else "",
        brief_rank=brief_rank,
        brief_noun="property list",
        about=about,
    )


def _risk(row: Row) -> Risk:
    assert row.risk is not None
    return row.risk


def harm_words(risk: Risk) -> str:
    return (outline.LOSES if risk.certain else outline.MAY_LOSE)[risk.harm]


def name(text: str) -> str:
    return code(clipped(text, LONGEST_NAME))


def said(text: str) -> str:
    return escaped(clipped(text, LONGEST_TEXT))


def few(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """a, b, c and 12 more"""
    more = [f"{len(names) - most:,} more"] if len(names) > most else []
    return listing([*names[:most], *more])


def _cells(row: Row) -> tuple[str, ...]:
    kind = f"{code(outline.SIGNS[row.kind])} {row.kind}" + ", the old one first" * row.first.old_goes_first
    alike = f" ({len(row.changes):,} alike)" if len(row.changes) > 1 else ""
    before = f", before: {name(row.moved_from)}" if row.moved_from else ""
    return kind, name(row.name) + alike + before, name(row.type), name(row.step)


def _properties(row: Row) -> str:
    """Those that replace come first; of alike changes, those of the first."""
    if not row.differences:
        return outline.MEANS[row.kind] if row.kind in ("move", "import") else ""
    ordered = sorted(row.differences, key=lambda one: ("yes", "may", "no").index(one.replaces))
    shown = [_difference(one) for one in ordered[:MOST_PROPERTIES]]
    more = [f"and {len(ordered) - MOST_PROPERTIES:,} more"] if len(ordered) > MOST_PROPERTIES else []
    return "<br>".join(shown + more)


def _difference(one: Difference) -> str:
    before, after = _value(one.before), _value(one.after)
    if not one.before:
        what = f"{after} (new)"
    else:
        what = f"{before} → {after}" if one.after else f"{before} (gone)"
    effect = {"yes": ", **replaces it**", "may": ", **may replace it**", "no": ""}[one.replaces]
    because = f" ({said(one.because)})" if one.because else ""
    return f"{name(one.path)}: {what}{effect}{because}"


def _value(shown: str) -> str:
    """Words about a value quote commands: unknown until `up`."""
    short = clipped(shown, LONGEST_NAME)
    return escaped(short) if "`" in short else code(short)


def _reasons(rows: Sequence[Row]) -> Iterator[Piece]:
    """Each reason once, with the resources that it holds for."""
    found: dict[tuple[Risk, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(row.first.risks, []).append(row)
    for risks, them in found.items():
        names = few([name(row.name) for row in them])
        rank = Rank.LOSS_WAYS if risks[0].harm == "data loss" else Rank.RISK_WAYS
        yield Piece("\n".join(_reason(names, risks)), rank, "explanation")


def _reason(names: str, risks: Sequence[Risk]) -> Iterator[str]:
    for risk in risks:
        yield f"- {names} **{harm_words(risk)}**: {said(risk.why)}"
        yield from (f"  - instead: {said(way)}" for way in risk.ways_out)


def _rest_at_risk(left: Sequence[Piece], everything: bool) -> str:
    counts: Counter[str] = Counter()
    for piece in left:
        counts[piece.about[0]] += piece.count
    told = [f"{many(count, 'change')}: **{words}**" for words, count in counts.items()]
    return f"{'at risk' if everything else 'and more at risk'}: {'; '.join(told)}"


def _rest_of_others(left: Sequence[Piece], everything: bool) -> str:
    counts: Counter[tuple[str, ...]] = Counter()
    for piece in left:
        counts[piece.about] += piece.count
    told = [f"{count:,} {kind} {name(type_)}" for (kind, type_), count in counts.most_common(MOST_TYPES)]
    if len(counts) > MOST_TYPES:
        told.append(f"{sum(count for _, count in counts.most_common()[MOST_TYPES:]):,} of other types")
    total = sum(counts.values())
    words = f"{many(total, 'change')} of which nothing is known to take anything away"
    return f"{'' if everything else 'and '}{words if everything else f'{total:,} more'}: {', '.join(told)}"
