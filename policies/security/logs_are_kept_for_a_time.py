"""A log group says how long it keeps what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="logs are kept for a time that somebody chose",
    level="advisory",
    why="Without it logs are kept, and paid for, for ever, with whatever prompts and addresses are in them.",
    fix="set retentionInDays, such as 90",
    references=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        "AWS Security Hub control CloudWatch.16",
    ),
)


@RULE.resource("aws:cloudwatch/logGroup:LogGroup")
def check(group: Subject) -> Iterator[Said]:
    if group.text("logGroupClass") == "DELIVERY":
        return  # keeps two days, whatever it is told
    if group.number("retentionInDays") == 0:
        yield fail(group, f"{group.name} keeps its logs for ever", at="retentionInDays")
