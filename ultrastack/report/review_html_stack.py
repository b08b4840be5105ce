"""What does a page say of one stack? Its verdict, the picture, what changes, findings, tags, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ultrastack.model.comparison import TagsChange
from ultrastack.model.cost import Cost
from ultrastack.model.estate import StackPlan
from ultrastack.model.picture import Picture
from ultrastack.model.plan import Plan
from ultrastack.model.requirement import Requirement

from . import before_up, picture_svg, review_html_changes
from .review_html_findings import findings
from .review_html_parts import code, command, escaped, folded, listed, notes, part, prose, span
from .review_html_rows import Shown
from .values import name_in
from .verdict import listing

UNPRICED = "not priced yet: what it costs is not known here"


def planned(name: str, plan: Plan, shown: Shown, level: int, base: str, tools: str = "") -> str:
    """Everything about a stack that has a plan; `level` of its parts' headings, `tools` stand above its table.

    `base` is told at the top of the page; one of the stack's own is told here.
    """
    compared = plan.comparison
    table = review_html_changes.table(name, shown)
    own = plan.base if compared is not None and plan.base != base else ""
    parts = (
        f'<p class="description">{prose(plan.description)}</p>' if plan.description else "",
        f'<p class="base">Compared with {prose(own)}.</p>' if own else "",
        notes(plan.notes),
        part(level, "What it looks like", "\n".join(_pictures(name, plan)), "drawn"),
        part(level, "What changes", f"{tools}\n{table}" if table else _nothing(plan), "what"),
        part(level, "What the rules say", findings(plan, level + 1), "rules"),
        part(
            level, "Tags that would be lost or different", _tags(compared.tags) if compared is not None else "", "tags"
        ),
        part(level, "What it costs", _cost(plan.cost), "cost"),
        _before_up(plan.before_up),
        part(level, "What nobody looked at", _not_checked(plan), "unchecked"),
    )
    return "\n".join(one for one in parts if one)


def refused(stack: StackPlan) -> str:
    """Why there is no plan, in the words that its owner would see."""
    said = "\n\n".join(map(str, stack.problems))
    parts = []
    if said:
        about = f"Problems of {escaped(stack.name)}"
        parts.append(f'<pre class="problems" tabindex="0" role="region" aria-label="{about}">{escaped(said)}</pre>')
    if stack.failed:
        whose = " This is a failure of ultrastack or of the machine, not of the program." if stack.ours else ""
        parts.append(f'<p class="failed">{prose(stack.failed)}{whose}</p>')
    return "\n".join(parts) or '<p class="failed">Nobody knows why.</p>'


def _pictures(name: str, plan: Plan) -> Iterator[str]:
    drawn = plan.comparison.picture if plan.comparison is not None else None
    if drawn is not None and drawn.nodes:
        yield _drawn(drawn, f"What changes in {name}")
    if plan.picture is not None and plan.picture.nodes:
        whole = _drawn(plan.picture, f"All of {name}")
        yield folded("Everything that would be there", whole) if drawn is not None and drawn.nodes else whole


def _drawn(picture: Picture, title: str) -> str:
    """Wider than a phone: it scrolls in its own frame."""
    about = f'role="region" aria-label="Picture: {escaped(title)}"'
    return f'<div class="picture" tabindex="0" {about}>\n{picture_svg.render(picture, title)}\n</div>'


def _nothing(plan: Plan) -> str:
    if plan.comparison is None:
        return '<p class="none">It was compared with nothing.</p>'
    return '<p class="none">Nothing would change.</p>'


def _tags(tags: Sequence[TagsChange]) -> str:
    return listed((_of_resource(one) for one in tags), "losses")


def _of_resource(one: TagsChange) -> str:
    all_gone = ' <strong class="badge unsure">no tag at all</strong>' if one.untagged else ""
    changed = (
        f"{code(key)} <del>{escaped(before)}</del> {span('to', '→')} <ins>{escaped(after)}</ins>"
        for key, (before, after) in sorted(one.changed.items())
    )
    lines = listed([*_lost(one.lost), *changed], "properties")
    return f"{code(name_in(one.resource.urn))} {code(one.resource.type, 'type')}{all_gone}{lines}"


def _lost(lost: Mapping[str, str]) -> Iterator[str]:
    for key, value in sorted(lost.items()):
        yield f"{code(key)} <del>{escaped(value)}</del> {span('given', '(lost)')}"


def _cost(cost: Cost | None) -> str:
    """Nothing here may look like zero."""
    if cost is None:
        return f'<p class="none">{UNPRICED}</p>'
    said = "nothing here has a price" if cost.monthly_usd is None else f"${cost.monthly_usd:,.2f} a month"
    before = f", before ${cost.before_usd:,.2f}" if cost.before_usd is not None else ""
    missing = f"; not in it, and not free: {listing(list(cost.unpriced))}" if cost.unpriced else ""
    return f"<p>{escaped(said + before + missing)}</p>"


def _before_up(found: Sequence[Requirement]) -> str:
    if not found:
        return ""
    return folded(prose(before_up.TITLE.capitalize()), listed(map(_requirement, found), "needed"), "before-up")


def _requirement(one: Requirement) -> str:
    given = f" ({code(one.code)})" if one.code else ""
    where = f" in {escaped(one.target)}" if one.target else ""
    amount = f": {one.amount:,.15g} {escaped(one.unit)}" if one.amount is not None else ""
    note = f"; {prose(one.note)}" if one.note else ""
    whose = f", for {escaped(listing(list(one.by)))}" if one.by else ""
    asked = command(one.command) if one.command else ""
    return f"{span('label', one.kind)} {prose(one.what)}{given}{where}{amount}{note}{whose}{asked}"


def _not_checked(plan: Plan) -> str:
    looked = f'<p class="by">Looked at: {escaped(listing(list(plan.checked)))}.</p>' if plan.checked else ""
    return listed(map(prose, plan.not_checked)) + looked if plan.not_checked else ""
