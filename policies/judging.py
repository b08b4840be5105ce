"""What do the outcomes come to? Findings with their level, place and id, and how much was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ultrastack.model.finding import Coverage, Finding, Judgement, Level, identified
from ultrastack.model.place import Place

from .checking import Outcome
from .rule import Said
from .world import World


def judge(
    found: Iterable[Outcome], world: World, levels: Mapping[str, Level] | None = None, *, rules: int = 0
) -> Judgement:
    """`levels` by id of the rule, else its own."""
    levels = levels or {}
    all_of_them = list(found)
    findings = [
        finding
        for outcome in all_of_them
        for finding in _findings(outcome, world, levels.get(outcome.rule.id, outcome.rule.level))
    ]
    return Judgement(findings=identified(findings), coverage=coverage(all_of_them, rules))


def coverage(found: Iterable[Outcome], rules: int) -> Coverage:
    verdicts: Counter[str] = Counter()
    needs: Counter[str] = Counter()
    for outcome in found:
        verdicts[outcome.verdict] += 1
        if outcome.verdict == "undecided":
            needs.update({said.needs for said in outcome.said if said.needs})
    asked = sum(verdicts.values()) - verdicts["not applicable"]
    return Coverage(
        rules=rules,
        checks=asked,
        passed=verdicts["pass"],
        failed=verdicts["fail"],
        undecided=verdicts["undecided"],
        broken=verdicts["broken"],
        not_applicable=verdicts["not applicable"],
        needs=dict(sorted(needs.items())),
    )


def _findings(outcome: Outcome, world: World, level: Level) -> Iterator[Finding]:
    said = outcome.said
    if outcome.verdict == "broken":
        said = (Said("undecided", f"the rule itself failed: {outcome.why}"),)
    for one in said:
        verdict = "broken" if outcome.verdict == "broken" else one.verdict
        subject = one.where.subject if one.where is not None and one.where.has_subject else outcome.subject
        path = one.where.at(one.at) if one.where is not None else one.at
        step = one.step or (subject.resource.step if subject else "")
        yield Finding(
            rule=outcome.rule.id,
            verdict=verdict,
            level=level,
            title=outcome.rule.title,
            message=one.message,
            why=outcome.rule.why,
            fix=one.fix or outcome.rule.fix,
            references=outcome.rule.references,
            urn=subject.urn if subject else "",
            name=subject.name if subject else "",
            type=subject.type if subject else "",
            path=path,
            needs=one.needs,
            step=step,
            place=one.place or placed(world, step, path),
            remedy=one.remedy,
        )


def placed(world: World, step: str, path: str) -> Place | None:
    """Where it is written: the argument that the input is made of, where its name says so, else the step."""
    made = world.graph.step(step) if step else None
    return made.place if made else None
