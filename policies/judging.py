"""What do the outcomes come to? Findings with level, place and id, who accepted them, and how much was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ultrastack.model.finding import Acceptance, Coverage, Finding, Judgement, Known, Level, identified

from .acceptance import accept, speaks_of, unused
from .baseline import against
from .checking import Outcome, asked
from .judged import Difference, Judged
from .places import placed
from .rule import Rule
from .said import Said
from .world import World


def judge(
    found: Iterable[Outcome],
    world: World,
    levels: Mapping[str, Level] | None = None,
    *,
    rules: Sequence[Rule] = (),
    acceptances: Sequence[Acceptance] | None = None,
    baseline: Iterable[Known] = (),
    profile: str = "",
    purpose: str = "",
    rules_from: str = "",
    differences: Sequence[Difference] = (),
    others: Sequence[Finding] | None = None,
) -> Judgement:
    """`levels` by id of all rules that there are, else a rule's own; `rules` are those that were asked, and those
    about the judging itself, which are asked here. `acceptances`: None takes the stack file's own. `others` is what
    somebody else's packs say, None where none was asked: it is accepted and known like a finding of ours.
    """
    levels = levels or {rule.id: rule.level for rule in rules}
    outcomes = list(found)
    judged = judged_of(
        outcomes,
        world,
        levels,
        rules=rules,
        acceptances=acceptances,
        rules_from=rules_from,
        differences=differences,
        others=others,
    )
    about = [asked(rule, None, judged) for rule in rules if _is_about_judging(rule) and _level(rule, levels) != "off"]
    own = {outcome.rule.id for outcome in about}
    more = [finding for outcome in about for finding in _findings(outcome, world, levels)]
    named = identified([*judged.findings, *more])
    old, gone = against((f for f in named if f.rule not in own), baseline)
    return Judgement(
        findings=(*old, *(f for f in named if f.rule in own)),
        coverage=coverage([*outcomes, *about], sum(_level(rule, levels) != "off" for rule in rules)),
        profile=profile,
        purpose=purpose,
        rules_from=rules_from,
        gone=tuple(one for one in gone if one.urn.startswith(f"urn:pulumi:{world.graph.stack}::")),
    )


def judged_of(
    found: Sequence[Outcome],
    world: World,
    levels: Mapping[str, Level],
    *,
    rules: Sequence[Rule] = (),
    acceptances: Sequence[Acceptance] | None = None,
    rules_from: str = "",
    differences: Sequence[Difference] = (),
    others: Sequence[Finding] | None = None,
) -> Judged:
    """What rules about the judging itself look at."""
    if acceptances is None:
        acceptances = world.file.accept if world.file is not None else ()
    graph = world.graph
    stack = f"urn:pulumi:{graph.stack}::{graph.project}::pulumi:pulumi:Stack::{graph.project}-{graph.stack}"
    said = [*(f for o in found for f in _findings(o, world, levels)), *(others or ())]
    findings = accept(said, acceptances, world.now, stack)
    were_asked = (
        {o.rule.id for o in found}
        | {f.rule for f in others or ()}
        | {rule.id for rule in rules if _level(rule, levels) != "off" and rule.check and rule.check.kind in _ALWAYS}
    )
    own = [one for one in acceptances if speaks_of(one, graph.stack)]
    return Judged(
        world=world,
        findings=tuple(findings),
        acceptances=tuple(acceptances),
        unused=unused(own, findings, were_asked, stack),
        levels=levels,
        revision=rules_from,
        differences=tuple(differences),
        packs=others is not None,
    )


_ALWAYS = ("resource", "graph", "judgement")  # kinds that need neither changes nor prices


def _is_about_judging(rule: Rule) -> bool:
    return rule.check is not None and rule.check.kind == "judgement"


def _level(rule: Rule, levels: Mapping[str, Level]) -> Level:
    return levels.get(rule.id, rule.level)


def coverage(found: Iterable[Outcome], rules: int) -> Coverage:
    verdicts: Counter[str] = Counter()
    needs: Counter[str] = Counter()
    for outcome in found:
        verdicts[outcome.verdict] += 1
        if outcome.verdict == "undecided":
            needs.update({said.needs for said in outcome.said if said.needs})
    checks = sum(verdicts.values()) - verdicts["not applicable"]
    return Coverage(
        rules=rules,
        checks=checks,
        passed=verdicts["pass"],
        failed=verdicts["fail"],
        undecided=verdicts["undecided"],
        broken=verdicts["broken"],
        not_applicable=verdicts["not applicable"],
        needs=dict(sorted(needs.items())),
    )


def _findings(outcome: Outcome, world: World, levels: Mapping[str, Level]) -> Iterator[Finding]:
    said, rule = outcome.said, outcome.rule
    if outcome.verdict == "broken":
        said = (Said("undecided", f"the rule itself failed: {outcome.why}"),)
    for one in said:
        verdict = "broken" if outcome.verdict == "broken" else one.verdict
        subject = one.where.subject if one.where is not None and one.where.has_subject else outcome.subject
        path = one.where.at(one.at) if one.where is not None else one.at
        step = one.step or (subject.resource.step if subject else "")
        yield Finding(
            rule=rule.id,
            verdict=verdict,
            level=_level(rule, levels),
            title=rule.title,
            message=one.message,
            why=rule.why,
            fix=one.fix or rule.fix,
            references=rule.references,
            urn=subject.urn if subject else "",
            name=subject.name if subject else "",
            type=subject.type if subject else "",
            path=path,
            needs=one.needs,
            step=step,
            place=one.place or placed(world, step, path, one.remedy),
            remedy=one.remedy,
        )
