"""A bucket of Google Cloud refuses public access, and has no access lists beside IAM."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Subject

RULE = Rule(
    title="a bucket of Google Cloud refuses public access, and has no access lists beside IAM",
    level="advisory",
    why="Without public access prevention one wrong grant opens the bucket; access lists of single objects are seen "
    "nowhere else.",
    fix="write publicAccessPrevention: enforced and uniformBucketLevelAccess: true",
    references=("https://cloud.google.com/storage/docs/public-access-prevention",),
)


@RULE.resource("gcp:storage/bucket:Bucket")
def check(bucket: Subject) -> Iterator[Said]:
    yield from each(_prevented, bucket)
    yield from each(_uniform, bucket)


def _prevented(bucket: Subject) -> Iterator[Said]:
    if bucket.text("publicAccessPrevention") != "enforced":
        said = "nothing keeps the bucket from becoming public"
        yield fail(bucket, said, at="publicAccessPrevention", fix="write publicAccessPrevention: enforced")


def _uniform(bucket: Subject) -> Iterator[Said]:
    if not bucket.flag("uniformBucketLevelAccess"):
        said = "each object of the bucket may have its own access list"
        yield fail(bucket, said, at="uniformBucketLevelAccess", fix="write uniformBucketLevelAccess: true")
