"""A bucket that keeps versions also ends them, and parts of uploads that were never finished."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Block, Subject
from .bucket_keeps_versions import BUCKET, is_versioned

RULE = Rule(
    title="a bucket with versions ends the old ones some day",
    level="advisory",
    why="Checkpoints are overwritten often: each earlier version is billed for ever, and nobody sees it in a listing.",
    fix="add a lifecycle rule with `noncurrentVersionExpiration`",
    references=("https://docs.aws.amazon.com/config/latest/developerguide/s3-version-lifecycle-policy-check.html",),
)
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


@RULE.graph(BUCKET)
def check(bucket: Subject) -> Iterator[Said]:
    if not is_versioned(bucket):
        raise NotApplicable
    if any(_ends_them(rule) for rule in lifecycle_rules(bucket)):
        return
    yield fail(bucket, f"{bucket.name} keeps each earlier version for ever")


def lifecycle_rules(bucket: Subject) -> list[Block]:
    """Its own and those beside it. Raises Undecided."""
    found = bucket.world.pointing_at(bucket, LIFECYCLE, "bucket")
    if not found.sure and found.unsure:
        raise Undecided(f"which bucket {found.unsure[0].name} is of", found.unsure[0], "bucket")
    return [*bucket.blocks("lifecycleRules"), *(rule for one in found.sure for rule in one.blocks("rules"))]


def _ends_them(rule: Block) -> bool:
    on = rule.flag("enabled") if rule.has("enabled") else rule.text("status") == "Enabled"
    return on and any(rule.has(name) for name in ("noncurrentVersionExpiration", "noncurrentVersionExpirations"))
