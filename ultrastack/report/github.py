"""How do findings appear beside the lines of a pull request on GitHub? As the workflow commands of its runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ultrastack.model.finding import Finding, Level
from ultrastack.model.plan import Plan

from . import findings_outline as outline
from .workflow_command import Command, command

COMMANDS: Mapping[Level, Command] = {"mandatory": "error", "advisory": "warning", "off": "notice"}


def render(plans: Sequence[Plan]) -> str:
    """One line for each place; GitHub shows ten of a kind for each step, so the mandatory ones come first."""
    lines = []
    for plan in plans:
        if plan.judgement is None:
            continue
        for group in outline.groups(outline.standing(plan.judgement)):
            lines += [annotation(plan.graph.stack, spot.first, spot.names) for spot in group.spots]
        lines += [command("error", f.rule, f.message) for f in plan.judgement.broken]
        said = f"{plan.graph.stack}: {outline.verdict(plan.judgement)}; {outline.coverage(plan.judgement)}"
        lines.append(command("notice", "ultrastack", said))
    return "".join(f"{line}\n" for line in lines)


def annotation(stack: str, f: Finding, names: str) -> str:
    """At the place of the finding."""
    who = f"{names}: " if names else ""
    fix = f". fix: {f.fix}" if f.fix else ""
    return command(COMMANDS[f.level], f"{f.rule} ({stack})", f"{who}{f.message}{fix}", f.place)
