"""A trail of CloudTrail is on, in all regions, and cannot be changed unseen."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Subject

WANTED = {
    "enableLogging": (True, "the trail is switched off"),
    "isMultiRegionTrail": (False, "the trail records one region only"),
    "enableLogFileValidation": (False, "a change of the trail's files would not be seen"),
}

RULE = Rule(
    title="a trail records all regions, and shows whether it was changed",
    level="advisory",
    why="Who breaks in works in the region that nobody looks at, and cleans up behind.",
    fix="set enableLogging, isMultiRegionTrail and enableLogFileValidation to true",
    references=(
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
        "AWS Security Hub controls CloudTrail.1 and CloudTrail.4",
    ),
)


@RULE.resource("aws:cloudtrail/trail:Trail")
def check(trail: Subject) -> Iterator[Said]:
    for name in WANTED:
        yield from each(_is_on, trail, name)


def _is_on(trail: Subject, name: str) -> Iterator[Said]:
    default, words = WANTED[name]
    if not trail.flag(name, default):
        yield fail(trail, words, at=name, fix=f"set {name} to true")
