"""A bucket keeps the earlier versions of what is overwritten."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, Undecided, fail
from ..world import Subject

RULE = Rule(
    title="a bucket keeps earlier versions",
    level="advisory",
    why="A checkpoint or a data set that is overwritten or deleted by mistake is gone for good without versions.",
    fix='turn versioning on: an `aws.s3.BucketVersioning` whose status is "Enabled"',
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",),
)
BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"


@RULE.graph(BUCKET)
def check(bucket: Subject) -> Iterator[Said]:
    said = is_versioned(bucket)
    if said is not True:
        words = "keeps no earlier versions" if said is None else "is told to keep no earlier versions"
        yield fail(bucket, f"{bucket.name} {words}", remedy={"aws.storage_bucket.versioning": True})


def is_versioned(bucket: Subject) -> bool | None:
    """None where nothing says it. Raises Undecided."""
    if bucket.has("versioning"):
        return bucket.flag("versioning.enabled")
    found = bucket.world.pointing_at(bucket, VERSIONING, "bucket")
    if found.sure:
        return found.sure[0].text("versioningConfiguration.status") == "Enabled"
    if found.unsure:
        raise Undecided(f"which bucket {found.unsure[0].name} is of", found.unsure[0], "bucket")
    return None
