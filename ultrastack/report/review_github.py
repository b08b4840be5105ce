"""How does a review appear beside the lines of a pull request on GitHub? As the workflow commands of its runner.

GitHub shows ten errors, ten warnings and ten notices of one step (docs/problem-matchers.md of actions/toolkit), those
that come first, so the worst come first. What takes data or capacity away is a warning: an error says that the run
fails, and that is for the rules to say. Where a rule about the change says so, its error stands for the warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.change import Risk
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import Finding, Level
from ultrastack.model.place import Place
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review

from . import findings_outline
from . import review_outline as outline
from .github import annotation
from .review_new import new_findings
from .review_outline import HARMS, LOSES, MAY_LOSE, Row
from .verdict import many
from .workflow_command import command

CHANGE_RULES = "change"  # the topic of rules that compare with what was there


def render(review: Review) -> str:
    lines = [
        *(_failed(one) for one in review.failed()),
        *(line for _, plan in review.compared() for line in _new(plan, "mandatory")),
        *_broken(review),
        *_at_risk(review),
        *(line for _, plan in review.compared() for line in _new(plan, "advisory")),
        command("notice", "ultrastack", outline.verdict(review)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _failed(one: StackPlan) -> str:
    """Of its problems the first; the others are in the report."""
    title = f"{one.name} could not be planned"
    if not one.problems:
        return command("error", title, one.failed)
    first = one.problems[0]
    fix = f". fix: {first.fix}" if first.fix else ""
    more = f" (and {many(len(one.problems) - 1, 'problem')} more)" if len(one.problems) > 1 else ""
    return command("error", title, f"{first.what}{fix}{more}", first.place)


def _new(plan: Plan, level: Level) -> Iterator[str]:
    found = [one for one in new_findings(plan) if one.counts and one.level == level]
    for group in findings_outline.groups(found):
        yield from (annotation(plan.graph.stack, spot.first, spot.names) for spot in group.spots)


def _broken(review: Review) -> Iterator[str]:
    for one, plan in review.compared():
        for failed in plan.judgement.broken if plan.judgement is not None else ():
            yield command("error", f"{failed.rule} ({one.name})", failed.message)


def _at_risk(review: Review) -> Iterator[str]:
    """Of all stacks, by how bad it is."""
    found: list[tuple[int, bool, str]] = []
    for _, plan in review.compared():
        assert plan.comparison is not None
        told = {one.urn for one in new_findings(plan) if _stops_change(one)}
        for row in outline.rows(plan.comparison):
            if row.risk is not None and not all(one.resource.urn in told for one in row.changes):
                found.append((HARMS.index(row.risk.harm), not row.risk.certain, _warning(row, row.risk, plan)))
    yield from (line for _, _, line in sorted(found, key=lambda one: one[:2]))


def _stops_change(finding: Finding) -> bool:
    return finding.counts and finding.level == "mandatory" and finding.topic == CHANGE_RULES


def _warning(row: Row, risk: Risk, plan: Plan) -> str:
    harm = (LOSES if risk.certain else MAY_LOSE)[risk.harm]
    instead = "".join(f". instead: {way}" for way in risk.ways_out)
    message = f"{row.kind} {row.name}: {risk.why}{instead}"
    return command("warning", f"{harm} ({plan.graph.stack})", message, _place(row, plan))


def _place(row: Row, plan: Plan) -> Place | None:
    """Of its step; one that is gone has no line here any more."""
    step = plan.graph.step(row.step)
    return step.place if step is not None else None
