"""A change does not change who judges it."""

from __future__ import annotations

from collections.abc import Iterator

from ..judged import Judged
from ..rule import NotApplicable, Rule, Said, fail

RULE = Rule(
    title="a change does not change the rules that judge it",
    level="mandatory",
    why="A change that brings its own rules, levels or acceptances could excuse itself; it was judged without them.",
    fix="let those who guard the rules look at this difference, and merge it before what needs it",
    references=("https://github.com/marin-community/marin/pull/7532",),
)


@RULE.judgement
def check(judged: Judged) -> Iterator[Said]:
    if not judged.revision:
        raise NotApplicable
    for one in judged.differences:
        yield fail(None, f"{one.what} {one.how} since {judged.revision}", at=one.what, place=one.place)
