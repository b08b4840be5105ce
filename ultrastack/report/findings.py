"""How do findings look in a terminal? By rule: where, what is wrong there, why it matters, what to type."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.place import Place, Problem, printable
from ultrastack.model.plan import Note, Plan

from . import findings_outline as outline
from .findings_outline import Group, Spot
from .page import Page
from .verdict import listing, many

MOST_SPOTS = 4  # of one rule; --all-places shows the others
COLOURS = {"mandatory": "bold red", "advisory": "yellow", "off": "dim"}


def render(plans: Sequence[Plan], console: Console, *, every: bool = False, open_ones: bool = False) -> None:
    """Stack by stack. `every`: each place of a rule; `open_ones`: each check that could not be decided, too."""
    page = Page(console)
    for i, plan in enumerate(plans):
        if i:
            page.blank()
        if plan.judgement is not None:
            _stack(page, plan, plan.judgement, every, open_ones)
    page.show()


def _stack(page: Page, plan: Plan, judgement: Judgement, every: bool, open_ones: bool) -> None:
    page.line(f"{_one_line(plan.graph.stack)}: {outline.verdict(judgement)}", style="bold")
    page.line(_one_line(outline.judged_by(judgement)), style="dim")
    page.line(_one_line(outline.coverage(judgement)), style="dim")
    section(page, judgement, every, open_ones)
    notes(page, plan.notes)


def section(page: Page, judgement: Judgement, every: bool = False, open_ones: bool = False) -> None:
    """What stands against the stack, then what was accepted, then what nobody could decide."""
    for group in outline.groups(outline.standing(judgement)):
        page.blank()
        _group(page, group, every)
    if broken := judgement.broken:
        page.title("rules that failed themselves: please report them")
        for f in broken:
            page.line(_one_line(f"- {f.rule}{f' on {f.name}' if f.name else ''}: {f.message}"), 2)
    if found := outline.accepted(judgement):
        page.title("accepted")
        for group in outline.groups(found):
            for spot in group.spots:
                _accepted(page, spot)
    if found := outline.undecided(judgement):
        _undecided(page, found, open_ones)


def _group(page: Page, group: Group, every: bool) -> None:
    first = group.first
    head = Text.assemble((first.level, COLOURS[first.level]), "  ", (_one_line(first.rule), "bold"))
    page.line(head.append(f"  {_one_line(first.title)}", "dim"))
    shown = group.spots if every else group.spots[:MOST_SPOTS]
    for spot in shown:
        _spot(page, spot)
    if rest := group.spots[len(shown) :]:
        page.line(f"and {many(len(rest), 'place')} more (--all-places)", 2, style="dim")
    if first.why:
        page.line(f"why: {_one_line(first.why)}", 2)
    fixes = list(dict.fromkeys(spot.first.fix for spot in group.spots if spot.first.fix))
    for fix in fixes if every else fixes[:MOST_SPOTS]:
        page.line(Text.assemble(("fix: ", "green"), _one_line(fix)), 2)


def _spot(page: Page, spot: Spot) -> None:
    first = spot.first
    where = f"{_one_line(str(first.place))}  " if first.place else ""
    who = f"{_one_line(spot.names)}: " if spot.names else ""
    page.line(Text.assemble((where, "cyan"), who, _one_line(first.message)), 2)
    if first.place is not None and first.place.line and first.place.excerpt:
        excerpt(page, first.place)
    for note in dict.fromkeys(note for f in spot.findings for note in f.notes):
        page.line(_one_line(note), 4, style="yellow")


def excerpt(page: Page, place: Place) -> None:
    """The source line with its caret, as a refusal shows it."""
    for line in str(Problem(place, "")).splitlines()[1:]:
        page.whole(f"  {line}")


def _accepted(page: Page, spot: Spot) -> None:
    one = spot.first.accepted
    assert one is not None
    said = f"- {spot.first.rule} of {spot.names}: {one.reason} ({one.owner}, until {one.until})"
    page.line(_one_line(said), 2)
    for note in dict.fromkeys(note for f in spot.findings for note in f.notes):
        page.line(_one_line(note), 4, style="yellow")


def _undecided(page: Page, found: Sequence[Finding], open_ones: bool) -> None:
    by_rule: dict[str, list[Finding]] = {}
    for f in found:
        by_rule.setdefault(f.rule, []).append(f)
    page.title(f"not decided, which is no pass: {many(len(found), 'check')} of {many(len(by_rule), 'rule')}")
    if not open_ones:
        page.line(f"{listing(sorted(by_rule))} (--undecided shows what each needs)", 2, style="dim")
        return
    for rule, them in sorted(by_rule.items()):
        page.line(Text.assemble((_one_line(rule), "bold"), f"  {_one_line(them[0].title)}"), 2)
        for spot in (spot for group in outline.groups(them) for spot in group.spots):
            page.line(_one_line(f"{spot.names}: {spot.first.message}" if spot.names else spot.first.message), 4)


def notes(page: Page, found: Sequence[Note]) -> None:
    if found:
        page.title("notes")
    for note in found:
        page.line(f"- {_one_line(note.text)}", 2)
        for command in note.commands:
            page.whole("    " + command)


def _one_line(text: str) -> str:
    """A line of its own could be a command to the CI system that shows this page."""
    return printable(text.replace("\n", " "))
