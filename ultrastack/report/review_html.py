"""What does a change do, on one page for a browser? One file that asks for nothing and runs nothing but its own script.

All of it can be read without JavaScript; with it, changes are filtered and sorted. What a pull request says is text: it
is escaped, and the page's own policy lets no other script, style or address in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from ultrastack.model.estate import StackPlan
from ultrastack.model.review import Confinement, Review

from . import picture_svg, review_html_stack
from . import review_outline as outline
from .review_html_parts import code, command, escaped, folded, listed, notes, part, prose, span
from .review_html_rows import Shown, shown

AGAIN = "ultrastack diff STACK --against REV"
TOOLS = """<div class="tools" role="search" aria-label="Filter the changes" hidden>
<label>Filter <input type="search" id="words" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label>Change <select id="kind"><option value="">any</option></select></label>
<label>Risk <select id="harm"><option value="">any</option></select></label>
<label>Step <select id="step"><option value="">any</option></select></label>
<p id="count" role="status"></p>
</div>"""
FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
{header}
{contents}
<main id="report" tabindex="-1">
{main}
</main>
{footer}
<script>{script}</script>
</body>
</html>
"""


def render(review: Review) -> str:
    style, script = _style(), _own("review.js")
    rows = [outline.rows(one.plan.comparison) if one.plan and one.plan.comparison else [] for one in review.stacks]
    return FRAME.format(
        policy=_policy(style, script),
        title=f"{escaped(review.project)}: what would change",
        style=style,
        script=script,
        header=_header(review),
        contents=_contents(review) if len(review.stacks) > 1 else "",
        main="\n".join(_stacks(review, shown(rows))),
        footer=_footer(),
    )


# ---- the page's own style and script --------------------------------------------------------------------------------


@cache
def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _style() -> str:
    return f"{_own('review.css')}\n{picture_svg.STYLE}"


def _policy(style: str, script: str) -> str:
    """Nothing is fetched, and only these two texts are used: not a style, not a script that a name smuggles in."""
    allowed = {
        "default-src": "'none'",
        "style-src": _digest(style),
        "script-src": _digest(script),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# ---- what stands where ----------------------------------------------------------------------------------------------


def _header(review: Review) -> str:
    first, *rest = outline.verdict(review).split("; ")
    more = span("unseen", "; ") + span("more", escaped("; ".join(rest))) if rest else ""
    return "\n".join(
        (
            f'<header class="{_tone(review)}">',
            '<div class="bar">',
            f'<p class="project">ultrastack diff {code(review.project)}</p>',
            '<button type="button" id="theme" hidden>Dark</button>',
            "</div>",
            f"<h1>{escaped(first)}{more}</h1>",
            f"<dl>{''.join(f'<div><dt>{word}</dt><dd>{said}</dd></div>' for word, said in _facts(review))}</dl>",
            notes(review.notes),
            "</header>",
        )
    )


def _tone(review: Review) -> str:
    """How much the verdict asks for a reader's care; its words say the same."""
    compared = [plan for _, plan in review.compared()]
    harms = {key for plan in compared if plan.comparison for key in outline.harms(plan.comparison)}
    if any(sure for _, sure in harms) or any(map(outline.new_mandatory, compared)):
        return "grave"
    return "careful" if harms or any(review.failed()) else "calm"


def _facts(review: Review) -> Iterator[tuple[str, str]]:
    yield "Compared with", prose(review.base)
    yield "Judged by", f"the rules of {prose(review.rules_from)}" if review.rules_from else "the rules that lie here"
    yield "Programs ran", _confined(review.confinement)


def _confined(sandbox: Confinement | None) -> str:
    if sandbox is None:
        return "trusted, confined by nothing"
    held = f": {prose(', '.join(sandbox.enforced))}" if sandbox.enforced else ""
    free = (
        f" {span('free', 'Not kept from: ' + prose(', '.join(sandbox.not_enforced)))}" if sandbox.not_enforced else ""
    )
    return f"confined by {prose(sandbox.mode)}{held}.{free}"


def _contents(review: Review) -> str:
    said = (
        f'<a href="#stack-{at}">{span("name", escaped(one.name))}</a> {span("said", escaped(_would(one)))}'
        for at, one in enumerate(review.stacks, 1)
    )
    return f'<nav aria-label="Stacks">\n{listed(said, "stacks")}\n</nav>'


def _would(stack: StackPlan) -> str:
    if stack.plan is None:
        return "could not be planned"
    if stack.plan.comparison is None:
        return "was compared with nothing"
    return outline.stack_verdict(stack.plan).removeprefix(f"{stack.plan.graph.stack}: ")


def _stacks(review: Review, rows: Sequence[Shown]) -> Iterator[str]:
    tools = TOOLS if any(one.rows for one in rows) else ""
    if len(review.stacks) == 1 and (plan := review.stacks[0].plan) is not None:
        yield review_html_stack.planned(review.stacks[0].name, plan, rows[0], 2, review.base, tools)
        return
    yield tools
    touched = {one.name for one, _ in outline.touched(review)}
    for at, (one, its_rows) in enumerate(zip(review.stacks, rows, strict=True), 1):
        inside = _stack(one, its_rows, review.base, one.name in touched)
        yield f'<article class="stack" id="stack-{at}">\n{inside}\n</article>'


def _stack(stack: StackPlan, rows: Shown, base: str, touched: bool) -> str:
    title = f"{escaped(stack.name)} {span('said', escaped(_would(stack)))}"
    if stack.plan is None:
        return part(2, title, review_html_stack.refused(stack))
    inside = review_html_stack.planned(stack.name, stack.plan, rows, 3, base)
    return part(2, title, inside) if touched else f"<h2>{title}</h2>\n{folded('More about it', inside)}"


def _footer() -> str:
    return f"<footer><p>To make this page again, for another stack or revision:</p>{command(AGAIN)}</footer>"
