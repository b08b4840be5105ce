"""What do the plans of many stacks come to? A row each, in which order they come up, and why some are refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.console import Console

from ultrastack.model.estate import Estate, StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.place import Problem, printable
from ultrastack.model.plan import Plan

from .findings_outline import LEVELS
from .json import data
from .page import Page
from .verdict import counts, listing, many

SCHEMA = "https://ultrastack.invalid/schema/plans"  # a name, not an address
VERSION = 1
HEAD = ("stack", "resources", "steps", "rules", "notes", "into")
NUMBERS = (1, 2, 4)  # columns that are right-aligned
PROVIDER = "pulumi:providers:"
STACKS = PROVIDER + "pulumi"  # reads other stacks; no cloud


def verdict(estate: Estate) -> str:
    """3 stacks: 410 resources would be created; 1 stack is refused: prod"""
    made = sum(counts(plan)["create"] for _, plan in estate.planned())
    refused = [one.name for one in estate.refused()]
    others = " by the others" if refused and len(refused) < len(estate.stacks) else ""
    said = f"{many(len(estate.stacks), 'stack')}: {many(made, 'resource')} would be created{others}"
    if refused:
        said += f"; {many(len(refused), 'stack')} {'is' if len(refused) == 1 else 'are'} refused: {listing(refused)}"
    if found := sum(len(plan.judgement.at("mandatory")) for _, plan in estate.planned() if plan.judgement):
        said += f"; {many(found, 'mandatory finding')}"
    if estate.warnings:
        said += f"; {many(len(estate.warnings), 'warning')}"
    return said


def render(estate: Estate, console: Console) -> None:
    page = Page(console)
    page.line(verdict(estate), style="bold")
    page.blank()
    _rows(page, estate)
    for text in (_order(estate), *_not_set(estate)):
        if text:
            page.blank()
            page.line(text)
    if estate.warnings:
        page.title("between the stacks")
        _problems(page, estate.warnings)
    for one in estate.refused():
        page.title(f"{one.name}: {_why(one)}")
        _problems(page, one.problems)
        for line in printable(one.failed).splitlines():
            page.whole(line)
    page.show()


def render_json(estate: Estate) -> str:
    """The whole plan of each stack as `plan --format json` has it, or its problems."""
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "project": estate.project,
        "verdict": verdict(estate),
        "order": [list(group) for group in estate.order],
        "warnings": [_problem(w) for w in estate.warnings],
        "stacks": {one.name: _stack(one) for one in estate.stacks},
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _stack(one: StackPlan) -> dict[str, Any]:
    if one.plan is None:
        return {"problems": [_problem(p) for p in one.problems], "failed": one.failed}
    reads = [{"stack": r.stack, "output": r.output, "place": str(r.place)} for r in one.references]
    return {**data(one.plan), "reads": reads, "not_set": list(one.not_set)}


def _problem(one: Problem) -> dict[str, str]:
    return {"place": str(one.place), "what": one.what, "fix": one.fix}


def _rows(page: Page, estate: Estate) -> None:
    rows = [HEAD, *(_row(one) for one in estate.stacks)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD) - 1)]
    for row in rows:
        cells = [
            cell.rjust(w) if at in NUMBERS else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(row[:-1], widths, strict=True))
        ]
        indent = sum(widths) + 2 * len(widths)
        page.line("  ".join([*cells, row[-1]]).rstrip(), hang=indent, style="dim" if row is HEAD else "")


def _row(one: StackPlan) -> tuple[str, ...]:
    if one.plan is None:
        return (one.name, "refused", "", "", "", _why(one))
    n = counts(one.plan)
    notes = len(one.plan.notes) + sum(m.severity != "info" for m in one.plan.graph.messages)
    return (one.name, f"{n['create']:,}", f"{n['steps']:,}", _rules(one.plan), str(notes or ""), _into(one.plan))


def _rules(plan: Plan) -> str:
    """2 mandatory, 1 advisory; empty where no rule was asked."""
    if plan.judgement is None:
        return ""
    counted = [(len(plan.judgement.at(level)), level) for level in LEVELS]
    return ", ".join(f"{count} {level}" for count, level in counted if count) or "none"


def _why(one: StackPlan) -> str:
    if one.problems:
        return many(len(one.problems), "problem")
    return "it could not be planned" if one.ours else "its program failed"


def _into(plan: Plan) -> str:
    """aws us-east-2 us-west-2, gcp us-east5"""
    return ", ".join(" ".join([cloud, *places]) for cloud, places in sorted(_places(plan.graph).items()))


def _places(graph: Graph) -> dict[str, list[str]]:
    """Of providers that are named; a default provider has its region from Pulumi's config."""
    found: dict[str, list[str]] = {}
    for r in graph.resources:
        if r.type.startswith(PROVIDER) and r.type != STACKS:
            places = found.setdefault(r.type.removeprefix(PROVIDER), [])
            where = r.inputs.get("region") or r.inputs.get("zone")
            if isinstance(where, str) and where not in places:
                places.append(printable(where))
    return found


def _order(estate: Estate) -> str:
    """Only of stacks that read each other."""
    groups = [", ".join(group) for group in estate.order]
    if not groups:
        return ""
    ordered = {name for group in estate.order for name in group}
    others = " (the others in any order)" if any(one.name not in ordered for one, _ in estate.planned()) else ""
    return f"bring up in this order: {', then '.join(groups)}{others}; destroy in the reverse order"


def _not_set(estate: Estate) -> Iterable[str]:
    by_text: dict[str, list[str]] = {}
    for one in estate.stacks:
        for text in one.not_set:
            by_text.setdefault(text, []).append(one.name)
    return (f"--set {printable(text)}: no such variable in {listing(names)}" for text, names in by_text.items())


def _problems(page: Page, problems: Iterable[Problem]) -> None:
    """Not wrapped: a caret stands below its word."""
    for problem in problems:
        for line in str(problem).splitlines():
            page.whole(line)
