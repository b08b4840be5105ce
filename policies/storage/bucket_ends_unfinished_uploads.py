"""A bucket gets rid of parts of uploads that were never finished."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Block, Subject
from .bucket_forgets_versions import lifecycle_rules
from .bucket_keeps_versions import BUCKET

RULE = Rule(
    title="a bucket ends uploads that were never finished",
    level="advisory",
    why="A machine that goes in the middle of a checkpoint leaves parts that are billed and that no listing shows.",
    fix="add a lifecycle rule with `abortIncompleteMultipartUpload`",
    references=("https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html",),
)


@RULE.graph(BUCKET)
def check(bucket: Subject) -> Iterator[Said]:
    if not any(_ends_them(rule) for rule in lifecycle_rules(bucket)):
        yield fail(bucket, f"{bucket.name} keeps the parts of unfinished uploads for ever")


def _ends_them(rule: Block) -> bool:
    on = rule.flag("enabled") if rule.has("enabled") else rule.text("status") == "Enabled"
    return on and (rule.has("abortIncompleteMultipartUpload") or rule.has("abortIncompleteMultipartUploadDays"))
