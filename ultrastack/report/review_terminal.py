"""How does a change look in a terminal? The worst first: what is lost, what changes, findings, tags, the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from ultrastack.model.change import Kind
from ultrastack.model.comparison import Comparison, FindingsChange, TagsChange
from ultrastack.model.finding import Finding
from ultrastack.model.place import printable
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review

from . import findings, picture_text
from . import findings_outline as of_findings
from . import review_outline as outline
from .page import Page
from .review_outline import Row
from .verdict import listing, many

COLOURS: dict[Kind, str] = {
    "create": "green",
    "import": "green",
    "update": "yellow",
    "replace": "bold red",
    "may replace": "red",
    "move": "cyan",
    "delete": "red",
}
FEW_DIFFERENCES = 4  # of a row; --values shows each
FEW_ROWS = 40  # of a stack; --values shows each


def render(review: Review, console: Console, every: bool = False) -> None:
    """`every`: each row, with each property."""
    page = Page(console)
    page.line(printable(outline.verdict(review)), style="bold")
    for said in about(review):
        page.line(printable(said), style="dim")
    shown = outline.touched(review)
    for _, plan in shown:
        if len(review.stacks) > 1:
            page.title(printable(outline.stack_verdict(plan)))
        _stack(page, plan, review.base, every)
    _failed(page, review)
    if same := [one.name for one, plan in review.compared() if not any(plan is told for _, told in shown)]:
        page.blank()
        page.line(f"nothing changes in {listing([printable(name) for name in same])}", style="dim")
    findings.notes(page, review.notes)
    page.show()


def about(review: Review) -> Iterator[str]:
    """What it is compared with, who judges, and how the programs were run."""
    yield f"compared with {review.base}"
    if review.rules_from:
        yield f"judged by the rules, levels and acceptances of {review.rules_from}"
    if (ran := review.confinement) is not None:
        yield f"the programs ran in a sandbox ({ran.mode})"
        if ran.not_enforced:
            yield f"the sandbox does NOT keep them from: {listing(list(ran.not_enforced), 'or')}"
    yield "cost: not priced yet"


def _stack(page: Page, plan: Plan, base: str, every: bool) -> None:
    said = plan.comparison
    assert said is not None
    if plan.base != base:
        page.line(f"compared with {printable(plan.base)}", style="dim")
    page.line(printable(plan.description), style="dim")
    _changes(page, said, every)
    if said.findings is not None:
        _findings(page, plan, said.findings)
    _tags(page, said.tags)
    if said.picture is not None and said.picture.nodes:
        page.title("where")
        for line in picture_text.lines(said.picture, page.width - 2):
            page.whole("  " + line if line else "")
    findings.notes(page, plan.notes)


def _changes(page: Page, said: Comparison, every: bool) -> None:
    rows = outline.rows(said)
    if not rows:
        return
    page.blank()
    used = [kind for kind in outline.KINDS if any(row.kind == kind for row in rows)]
    page.line("key: " + "   ".join(f"{outline.SIGNS[kind]} {outline.MEANS[kind]}" for kind in used), style="dim")
    for row in rows if every else rows[:FEW_ROWS]:
        _row(page, row, every)
    if not every and len(rows) > FEW_ROWS:
        left = sum(len(row.changes) for row in rows[FEW_ROWS:])
        page.line(f"and {many(left, 'change')} more (--values, or --format html)", 2, style="dim")


def _row(page: Page, row: Row, every: bool) -> None:
    page.blank()
    times = f"{len(row.changes)} x " if len(row.changes) > 1 else ""
    head = Text.assemble((f"{outline.SIGNS[row.kind]:<2} ", COLOURS[row.kind]), (printable(row.name), "bold"))
    head.append(f"  {times}{printable(row.type)}", "dim")
    if row.moved_from:
        head.append(f"  was {printable(row.moved_from)}", "cyan")
    page.line(head, 2)
    shown = row.differences if every else _few(row)
    for one in shown:
        forces = {"yes": "  forces the replacement", "may": "  may force a replacement"}.get(one.replaces, "")
        text = Text(printable(str(one))).append(forces, "red" if forces else "")
        page.line(text.append(f"  ({printable(one.because)})" if one.because else "", "dim"), 5)
    if rest := len(row.differences) - len(shown):
        page.line(f"and {rest} more", 5, style="dim")
    for risk in row.first.risks:
        sure = outline.LOSES if risk.certain else outline.MAY_LOSE
        page.line(Text.assemble((f"{sure[risk.harm]}: ", "bold red"), printable(risk.why)), 5)
        for way in risk.ways_out:
            page.line(Text.assemble(("instead: ", "green"), printable(way)), 7)


def _few(row: Row) -> Sequence[outline.Difference]:
    """Those that force a replacement first."""
    return sorted(row.differences, key=lambda one: one.replaces == "no")[:FEW_DIFFERENCES]


def _findings(page: Page, plan: Plan, said: FindingsChange) -> None:
    if plan.judgement is None:
        return
    new = [one for one in said.new if one.counts]
    if new:
        page.title(f"new findings: {of_findings.verdict(replace(plan.judgement, findings=tuple(new)))}")
        findings.section(page, replace(plan.judgement, findings=tuple(new)))
    if plan.judgement.broken:
        findings.section(page, replace(plan.judgement, findings=plan.judgement.broken))
    _listed(page, "cannot be decided any more, which is no pass", said.unclear)
    _listed(page, "gone", said.gone)
    if still := [one for one in said.still if one.counts]:
        page.blank()
        page.line(
            f"{many(len(still), 'finding')} that the base has, too: ultrastack check {plan.graph.stack}", style="dim"
        )


def _listed(page: Page, title: str, found: Sequence[Finding]) -> None:
    if not found:
        return
    page.title(f"findings that are {title}" if title == "gone" else f"findings that {title}")
    for group in of_findings.groups(found):
        for spot in group.spots:
            page.line(printable(f"- {group.first.rule} of {spot.names}: {group.first.title}"), 2)


def _tags(page: Page, tags: Sequence[TagsChange]) -> None:
    if not tags:
        return
    page.title(f"tags: {many(len(tags), 'resource')} would lose some, or have other values")
    by_words: dict[str, list[str]] = {}
    for one in tags:
        by_words.setdefault("; ".join(tag_words(one)), []).append(one.resource.name)
    for said, names in by_words.items():
        who = names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        page.line(printable(f"- {who}: {said}"), 2)


def tag_words(one: TagsChange) -> Iterator[str]:
    """loses cost-center (ml-research); owner: platform -> research; has no tag left"""
    if one.lost:
        yield "loses " + ", ".join(f"{key} ({value})" if value else key for key, value in sorted(one.lost.items()))
    yield from (f"{key}: {before} -> {after}" for key, (before, after) in sorted(one.changed.items()))
    if one.untagged:
        yield "has no tag left"


def _failed(page: Page, review: Review) -> None:
    for one in review.failed():
        page.title(f"{printable(one.name)} could not be planned")
        for problem in one.problems:
            for line in str(problem).splitlines():
                page.whole(line)
        for line in printable(one.failed).splitlines():
            page.whole(line)
