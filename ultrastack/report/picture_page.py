"""How does a picture look alone: as a page of the terminal, as a file that a browser or a document shows?"""

from __future__ import annotations

from rich.console import Console

from ultrastack.model.place import printable
from ultrastack.model.plan import Plan

from . import picture_svg, picture_text
from .page import Page
from .verdict import verdict

SCHEMES = "svg { color-scheme: light dark; }"  # a page says so by itself, a file has to


def render(plan: Plan, console: Console) -> None:
    """Verdict first, as on every page."""
    assert plan.picture is not None
    page = Page(console)
    page.line(verdict(plan), style="bold")
    page.line(printable(plan.description))
    page.blank()
    for line in picture_text.lines(plan.picture, page.width):
        page.whole(line)
    page.show()


def svg_file(plan: Plan) -> str:
    """One <svg> with its own style."""
    assert plan.picture is not None
    drawn = picture_svg.render(plan.picture, plan.graph.stack)
    opening, end, rest = drawn.partition(">\n")
    return f"{opening}{end}<style>{SCHEMES}\n{picture_svg.STYLE}</style>\n{rest}\n"
