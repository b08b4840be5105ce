"""How does a change look on a page? One row for each, the worst first, with what is different and what it may take."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.change import Change, PropertyChange, Risk

from .review_html_parts import code, command, escaped, folded, listed, prose, span
from .review_html_rows import Shown
from .review_outline import HARMS, KINDS, LOSES, MAY_LOSE, MEANS, SIGNS, Difference, Row
from .values import name_in, words
from .verdict import listing, many

COLUMNS = ("Change", "Resource", "Type", "Step", "Risk")
MOST_NAMES = 200  # of alike resources, under their row
MOST_PROPERTIES = 8  # that are shown at once; the others are folded away
ALL_OF_THEM = "ultrastack diff STACK --against REV --format json"
FORCES = {"yes": "forces the replacement", "may": "may force a replacement", "no": ""}


def table(stack: str, shown: Shown) -> str:
    """The table, its key, and what is left out of it."""
    if not shown.rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return "\n".join(
        (
            f'<table class="changes" data-kinds="{"|".join(KINDS)}" data-harms="{"|".join(HARMS)}">',
            f'<caption class="unseen">Changes of {escaped(stack)}, the worst first</caption>',
            f"<thead><tr>{head}</tr></thead>",
            *(_row(row) for row in shown.rows),
            "</table>",
            '<p class="nothing" hidden>No change here is what the filter asks for.</p>',
            _left_out(shown),
            _key(shown),
        )
    )


def _left_out(shown: Shown) -> str:
    if not shown.left_out:
        return ""
    said = listing([f"{count:,} to {kind}" for kind, count in shown.left_out.items()])
    return f'<div class="left-out"><p>Not in this table: {said}. Every one of them:</p>{command(ALL_OF_THEM)}</div>'


def _key(shown: Shown) -> str:
    kinds = {row.kind for row in shown.rows}
    told = (f"{span('sign', escaped(SIGNS[kind]))} {MEANS[kind]}" for kind in KINDS if kind in kinds)
    return f'<p class="key">{" ".join(span("one", one) for one in told)}</p>'


def _row(row: Row) -> str:
    risk = row.risk
    cells = (
        f'<td class="kind {row.kind.replace(" ", "-")}">{span("sign", escaped(SIGNS[row.kind]))} {row.kind}</td>'
        f'<th scope="row">{code(row.name)}{_count(row)}</th>'
        f'<td class="type">{code(row.type)}</td>'
        f'<td class="step">{escaped(row.step)}</td>'
        f'<td class="risk">{_badge(risk) if risk else ""}</td>'
    )
    harm = risk.harm if risk else ""
    about = f'data-kind="{row.kind}" data-harm="{harm}" data-step="{escaped(row.step)}"'
    inside = "\n".join(_inside(row))
    more = f'\n<tr class="more"><td colspan="{len(COLUMNS)}">\n{inside}\n</td></tr>' if inside else ""
    return f'<tbody class="change" {about}>\n<tr>{cells}</tr>{more}\n</tbody>'


def _count(row: Row) -> str:
    return f" {span('count', many(len(row.changes), 'resource'))}" if len(row.changes) > 1 else ""


def _badge(risk: Risk) -> str:
    """The colour says no more than the word."""
    sure = "sure" if risk.certain and risk.harm != "unknown" else "unsure"
    return span(f"badge {sure}", (LOSES if risk.certain else MAY_LOSE)[risk.harm])


def _inside(row: Row) -> Iterator[str]:
    """What does not fit into a cell."""
    change = row.first
    if row.moved_from:
        yield f'<p class="moved">was {code(row.moved_from)}</p>'
    if change.kind == "import" and change.resource.options.import_id:
        yield f'<p class="moved">takes over {code(change.resource.options.import_id)}</p>'
    yield from _properties(row)
    if change.old_goes_first and change.kind in ("replace", "may replace"):
        yield '<p class="order">The old one goes before the new one is made.</p>'
    yield from _risks(row)
    if len(row.changes) > 1:
        yield _names(row)


def _properties(row: Row) -> Iterator[str]:
    """What forces a replacement first."""
    paired = list(zip(row.differences, row.first.properties, strict=True))
    forcing = [one for one in paired if one[0].replaces != "no"]
    lines = [_difference(row, *one) for one in forcing + [one for one in paired if one[0].replaces == "no"]]
    most = max(MOST_PROPERTIES, len(forcing))
    if lines[:most]:
        yield listed(lines[:most], "properties")
    if rest := lines[most:]:
        yield folded(f"{len(rest):,} more", listed(rest, "properties"))


def _difference(row: Row, one: Difference, of: PropertyChange) -> str:
    said = [code(one.path, "path")]
    if one.before:
        said.append(f"<del>{escaped(one.before)}</del>")
    if one.before and one.after:
        said.append(span("to", "→"))
    if one.after:
        said.append(f"<ins>{escaped(one.after)}</ins>")
    if bool(one.before) != bool(one.after):
        said.append(span("given", "(new)" if one.after else "(gone)"))
    if others := _others(row, of):
        said.append(span("given", f"(of the first; {many(others, 'other')} differ{'s' * (others == 1)})"))
    forces = f"<strong>{FORCES[one.replaces]}</strong>" if one.replaces != "no" else ""
    because = span("because", prose(one.because)) if one.because else ""
    if forces or because:
        said.append(span(f"why {one.replaces}", ": ".join(filter(None, (forces, because)))))
    return " ".join(said)


def _others(row: Row, of: PropertyChange) -> int:
    """How many alike resources have other values there."""
    if len(row.changes) == 1:
        return 0
    found = [change.of(of.path) for change in row.changes]
    return sum(one is None or (words(one.old), words(one.new)) != (words(of.old), words(of.new)) for one in found)


def _risks(row: Row) -> Iterator[str]:
    risks = row.first.risks
    if not risks:
        return
    said = []
    for at, risk in enumerate(risks):
        ways = (
            f'<div class="ways"><p>Instead:</p>{listed(prose(one) for one in risk.ways_out)}</div>'
            if risk.ways_out
            else ""
        )
        lead = f"{_badge(risk)} " if at else ""  # the first one's stands in its cell
        said.append(f"<p>{lead}{prose(risk.why)}</p>{ways}")
    told = "" if _same_risks(row) else f'<p class="given">Of {code(name_in(row.first.resource.urn))}:</p>'
    yield f'<div class="risks">{told}{"".join(said)}</div>'


def _same_risks(row: Row) -> bool:
    return all(change.risks == row.first.risks for change in row.changes)


def _names(row: Row) -> str:
    names = [_name(change) for change in row.changes[:MOST_NAMES]]
    if len(row.changes) > MOST_NAMES:
        names.append(f"and {len(row.changes) - MOST_NAMES:,} more")
    return folded(f"all {len(row.changes):,} names", listed(names, "names"))


def _name(change: Change) -> str:
    return code(name_in(change.resource.urn))
