"""Every acceptance covers something that is found."""

from __future__ import annotations

from collections.abc import Iterator

from ..judged import Judged
from ..rule import NotApplicable, Rule, Said, fail

RULE = Rule(
    title="every acceptance covers something",
    level="advisory",
    why="An acceptance that covers nothing will one day cover something else, and nobody will have decided that.",
    fix="take the acceptance away",
    references=("stacks/README.md: accept",),
)


@RULE.judgement
def check(judged: Judged) -> Iterator[Said]:
    if not judged.acceptances:
        raise NotApplicable
    for one in judged.unused:
        where = f"of the step {one.step}" if one.step else f"for {one.urn}" if one.urn else "of the stack"
        message = f"the acceptance {where} for {one.rule}, by {one.owner}, covers nothing"
        yield fail(None, message, at=f"accept.{one.rule}", place=one.place, step=one.step)
