"""A log group does not keep its events for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a log group has a retention",
    level="advisory",
    why="Without a retention logs are kept, and paid for, for ever.",
    fix="set `retentionInDays`, such as 30",
    references=("https://rules.sonarsource.com/cloudformation/RSPEC-6295/",),
)


@RULE.resource("aws:cloudwatch/logGroup:LogGroup")
def check(group: Subject) -> Iterator[Said]:
    if group.text("logGroupClass") == "DELIVERY":
        raise NotApplicable  # CloudWatch fixes its retention
    if group.number("retentionInDays") == 0:
        yield fail(group, "the logs are kept for ever", at="retentionInDays")
