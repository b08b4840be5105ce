"""How does a review look as a comment on a pull request? The verdict first, what is at risk, then the rest by weight.

The first line is a hidden marker, by which a workflow finds its one comment again to write it anew. At most `limit`
bytes, whatever the size: `review_folding` says what goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ultrastack.model.estate import StackPlan
from ultrastack.model.picture import Picture
from ultrastack.model.place import Problem
from ultrastack.model.plan import Note, Plan
from ultrastack.model.requirement import Requirement
from ultrastack.model.review import Confinement, Review

from . import before_up, picture_mermaid, review_markdown_changes, review_markdown_findings
from . import review_outline as outline
from .markdown import clipped, code, escaped, fenced
from .review_folding import Piece, Rank, Section, fold, size
from .review_markdown_changes import LONGEST_TEXT, few, name, said
from .verdict import listing, many

MARKER = "<!-- ultrastack -->"
# GitHub refuses more with "Body is too long (maximum is 65536 characters)"; measured at comments it is 262,144 bytes,
# at a pull request's own text 65,536 characters (github.com/dead-claudia/github-limits, pull request 13).
LIMIT = 65_536
MOST_UNCHANGED = 100  # names
MOST_PROBLEMS = 20  # of one stack
LONGEST_BASE = 300  # characters, of what the review is compared with and judged by
LONGEST_FAILURE = 3_000
LONGEST_COMMAND = 300
_ADDRESS = re.compile(r"https://[\w.~:/?#@!$&*+,;=%-]+")


def render(review: Review, *, limit: int = LIMIT, full_report: str = "") -> str:
    """`full_report`: where the whole page is, as an address or in words."""
    where = _full_report(full_report)

    verdict, context = escaped(outline.verdict(review)), _context(review)

    def top(left_out: Mapping[str, int]) -> str:
        return f"{MARKER}\n### {verdict}\n\n{context}\n\n{_whole(left_out, where)}"

    text = fold(list(_sections(review)), top, limit)
    return text if size(text) <= limit else _least(review, where, limit)


def _full_report(given: str) -> str:
    if not given:
        return "`ultrastack diff STACK --format html`"
    return f"[this page]({given})" if _ADDRESS.fullmatch(given) else escaped(clipped(given, LONGEST_BASE))


def _whole(left_out: Mapping[str, int], where: str) -> str:
    if not left_out:
        return f"the full report, with the whole picture: {where}"
    return f"**left out here**: {listing([many(n, noun) for noun, n in left_out.items()])}; all of it is in {where}"


def _least(review: Review, where: str, limit: int) -> str:
    """Where not even the first lines fit: as much of the verdict as does."""
    verdict = outline.verdict(review)
    for most in range(len(verdict), 0, -20):
        text = f"{MARKER}\n### {escaped(clipped(verdict, most))}\n\n**left out here**: all else; it is in {where}\n"
        if size(text) <= limit:
            return text
    return f"{MARKER}\n"


def _context(review: Review) -> str:
    rules = f"rules of {review.rules_from}" if review.rules_from else "rules as they lie here"
    told = [f"{review.project}: compared with {review.base}", rules, _confined(review.confinement)]
    return "; ".join(escaped(clipped(one, LONGEST_BASE)) for one in told)


def _confined(how: Confinement | None) -> str:
    if how is None:
        return "the programs ran unconfined"
    kept = f": {', '.join(how.enforced)}" if how.enforced else ""
    not_kept = f"; not enforced: {', '.join(how.not_enforced)}" if how.not_enforced else ""
    return f"the programs ran confined ({how.mode}){kept}{not_kept}"


def _sections(review: Review) -> Iterator[Section]:
    yield Section([_note(one) for one in review.notes])
    for _, plan in outline.touched(review):
        yield from _stack(review, plan)
    for failed in review.failed():
        yield Section([_failed(failed)])
    yield Section(list(_rest(review)), "---\n\n")  # else it would stand below the last stack


def _stack(review: Review, plan: Plan) -> Iterator[Section]:
    sections = [one for one in _of_stack(plan) if one.pieces]
    alone = len(review.stacks) == 1
    title = "" if alone else f"#### {said(outline.stack_verdict(plan))}\n\n"
    base = f"compared with {said(plan.base)}; " if plan.base != review.base else ""
    first = Piece(
        text=f"{title}{base}cost: {_cost(plan)}",
        rank=max((one.worth for one in sections), default=Rank.NUMBERS),  # never without it: whose would they be?
        noun="stack",
        brief="" if alone else f"#### {name(plan.graph.stack)}",
        brief_rank=Rank.LOSS_WAYS,
        brief_noun="verdict",
    )
    yield from (Section([first]), *sections)


def _of_stack(plan: Plan) -> Iterator[Section]:
    comparison = plan.comparison
    assert comparison is not None
    yield Section([_note(note) for note in plan.notes])
    rows = outline.rows(comparison)
    yield from review_markdown_changes.at_risk(rows)
    yield from review_markdown_findings.worst(plan)
    yield from review_markdown_changes.others(rows)
    yield from review_markdown_findings.others(plan)
    yield from review_markdown_findings.tags(comparison.tags)
    yield from _picture(comparison.picture)
    yield from _before_up(plan.before_up)


def _cost(plan: Plan) -> str:
    """What has no price is not free."""
    if plan.cost is None or plan.cost.monthly_usd is None:
        return "not priced yet"
    before = f", before: {plan.cost.before_usd:,.2f} USD" if plan.cost.before_usd is not None else ""
    unpriced = f"; without a price: {said(listing(list(plan.cost.unpriced)))}" if plan.cost.unpriced else ""
    return f"{plan.cost.monthly_usd:,.2f} USD a month{before}{unpriced}"


def _note(one: Note) -> Piece:
    commands = "".join(f"; {name(command)}" for command in one.commands)
    return Piece(f"- {said(one.text)}{commands}", Rank.ADVISORY, "note")


def _picture(picture: Picture | None) -> Iterator[Section]:
    """Of what changes; the whole one is in the full report."""
    drawn = picture_mermaid.render(picture) if picture is not None and picture.nodes else ""
    if picture is not None and drawn:
        left_out = f"\n\nnot drawn: {said(picture.left_out)}" if picture.left_out else ""
        yield Section([Piece(fenced(drawn, "mermaid") + left_out, Rank.PICTURE, "picture")])


def _before_up(found: Sequence[Requirement]) -> Iterator[Section]:
    """The permissions by number: they would fill the page."""
    shown = [Piece(f"- {_requirement(one)}", Rank.CONTEXT, "requirement") for one in found if one.kind != "permission"]
    if allowed := sum(int(one.amount or 0) for one in found if one.kind == "permission"):
        shown.append(
            Piece(f"- permission: the deploying role may do {many(allowed, 'action')}", Rank.CONTEXT, "requirement")
        )
    if shown:
        title = "before <code>up</code>: what must exist, and cannot be seen offline"
        yield Section(shown, f"<details><summary>{title}</summary>\n\n", "\n\n</details>", _rest_before_up)


def _rest_before_up(left: Sequence[Piece], everything: bool) -> str:
    return f"before `up`: {'' if everything else 'also '}{many(len(left), 'thing')} to look at"


def _requirement(one: Requirement) -> str:
    command = f"; {code(clipped(one.command, LONGEST_COMMAND))}" if one.command else ""
    return f"{one.kind}: {said(before_up.said(one))}{command}"


def _failed(one: StackPlan) -> Piece:
    whose = "by a failure of ultrastack or of the machine" if one.ours else ""
    title = f"#### {name(one.name)} could not be planned{f', {whose}' if whose else ''}"
    told = [f"- {said(problem.what)} ({name(str(problem.place))})" + _fix(problem) for problem in one.problems]
    if len(told) > MOST_PROBLEMS:
        told = [*told[:MOST_PROBLEMS], f"- and {many(len(told) - MOST_PROBLEMS, 'problem')} more"]
    blocks = [title, *(["\n".join(told)] if told else []), *([_failure(one.failed)] if one.failed.strip() else [])]
    return Piece(
        "\n\n".join(blocks), Rank.NUMBERS, "stack", brief=title, brief_rank=Rank.PROBLEMS, brief_noun="problem"
    )


def _fix(problem: Problem) -> str:
    return f"\n  - fix: {said(problem.fix)}" if problem.fix else ""


def _failure(words: str) -> str:
    """Of a long one the end, where Python says what went wrong."""
    if "\n" not in words.strip() and len(words) <= LONGEST_TEXT:
        return said(words)
    return fenced(words[-LONGEST_FAILURE:])


def _rest(review: Review) -> Iterator[Piece]:
    """Stacks of which there is nothing to tell; and what nobody looked at, which must not read as nothing there."""
    touched = {one.name for one, _ in outline.touched(review)}
    compared = {one.name for one, _ in review.compared()}
    same = [one.name for one in review.stacks if one.name in compared - touched]
    alone = [one.name for one in review.stacks if one.plan is not None and one.name not in compared]
    for title, names in (("would not change", same), ("compared with nothing", alone)):
        if names:
            text = f"- {title}: {few([name(one) for one in names], MOST_UNCHANGED)}"
            number = f"- {title}: {many(len(names), 'stack')}"
            yield Piece(text, Rank.NUMBERS, "stack name", len(names), number, Rank.CONTEXT, "stack name")
    if found := dict.fromkeys(what for one in review.stacks if one.plan for what in one.plan.not_checked):
        yield Piece(f"- not looked at: {said(', '.join(found))}", Rank.NUMBERS, "note")
