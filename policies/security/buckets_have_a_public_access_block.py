"""Each bucket has a public access block of its own, or the account has one."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._public import BUCKETS, blocks_of

RULE = Rule(
    title="a bucket has a public access block",
    level="advisory",
    why="S3 gives one to each new bucket, but only one in the program is put back when somebody takes it away.",
    fix="add an aws.s3.BucketPublicAccessBlock with all four switches on",
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "AWS Security Hub control S3.8",
    ),
)


@RULE.graph(*BUCKETS)
def check(bucket: Subject) -> Iterator[Said]:
    if not any(True for _ in blocks_of(bucket)):
        yield fail(bucket, f"{bucket.name} has no public access block")
