"""An acceptance names a rule that there is."""

from __future__ import annotations

from collections.abc import Iterator

from ..judged import Judged
from ..rule import NotApplicable, Rule, Said, fail
from ..written import nearest

RULE = Rule(
    title="an acceptance names a rule that there is",
    level="mandatory",
    why="An acceptance of a misspelt rule accepts nothing, though somebody believes that it does.",
    fix="name the rule as its finding does; `ultrastack list rules` shows all",
    references=("stacks/README.md: accept",),
)


@RULE.judgement
def check(judged: Judged) -> Iterator[Said]:
    if not judged.acceptances:
        raise NotApplicable
    topics = {rule.partition(".")[0] for rule in judged.levels}
    for one in judged.acceptances:
        if judged.packs and "." in one.rule and one.rule.partition(".")[0] not in topics:
            continue  # of a pack, which says what it finds and not what it asks
        if one.rule not in judged.levels:
            fix = nearest(one.rule, judged.levels) if "." in one.rule else RULE.fix
            message = f"`accept` names '{one.rule}', and there is no such rule"
            yield fail(None, message, at=f"accept.{one.rule}", fix=fix, place=one.place, step=one.step)
