"""A public access block of S3 has all of its four switches on: each that is left out is off."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Subject
from ._public import ACCOUNT_BLOCK, BLOCK, SWITCHES

RULE = Rule(
    title="a public access block refuses all kinds of public access",
    level="mandatory",
    why="Each switch closes one way in; one policy or ACL that somebody adds later opens the data to everybody.",
    fix="set blockPublicAcls, ignorePublicAcls, blockPublicPolicy and restrictPublicBuckets to true",
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "AWS Security Hub control S3.8",
    ),
)


@RULE.resource(BLOCK, ACCOUNT_BLOCK)
def check(block: Subject) -> Iterator[Said]:
    for switch in SWITCHES:
        yield from each(_is_on, block, switch)


def _is_on(block: Subject, switch: str) -> Iterator[Said]:
    if not block.flag(switch):
        yield fail(block, f"`{switch}` is {'false' if block.has(switch) else 'left out, and off'}", at=switch)
