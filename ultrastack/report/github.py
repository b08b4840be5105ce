"""How do findings appear beside the lines of a pull request on GitHub? As the workflow commands of its runner."""

from __future__ import annotations

from collections.abc import Sequence

from ultrastack.model.finding import Finding
from ultrastack.model.place import printable
from ultrastack.model.plan import Plan

from . import findings_outline as outline

COMMANDS = {"mandatory": "error", "advisory": "warning", "off": "notice"}


def render(plans: Sequence[Plan]) -> str:
    """One line for each place; GitHub shows ten of a kind for each step, so the mandatory ones come first."""
    lines = []
    for plan in plans:
        if plan.judgement is None:
            continue
        for group in outline.groups(outline.standing(plan.judgement)):
            lines += [_line(plan, spot.first, spot.names) for spot in group.spots]
        lines += [f"::error title={_property(f.rule)}::{_data(f.message)}" for f in plan.judgement.broken]
        said = f"{plan.graph.stack}: {outline.verdict(plan.judgement)}; {outline.coverage(plan.judgement)}"
        lines.append(f"::notice title=ultrastack::{_data(said)}")
    return "".join(f"{line}\n" for line in lines)


def _line(plan: Plan, f: Finding, names: str) -> str:
    where = []
    if f.place is not None and f.place.file:
        where.append(f"file={_property(f.place.file)}")
        if f.place.line:
            end = f.place.column + max(1, f.place.width) - 1
            where += [f"line={f.place.line}", f"col={f.place.column}", f"endColumn={end}"]
    where.append(f"title={_property(f'{f.rule} ({plan.graph.stack})')}")
    who = f"{names}: " if names else ""
    return (
        f"::{COMMANDS[f.level]} {','.join(where)}::{_data(f'{who}{f.message}' + (f'. fix: {f.fix}' if f.fix else ''))}"
    )


def _data(text: str) -> str:
    """As GitHub's own toolkit escapes it: nothing in a user's file can begin another command."""
    return printable(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
