"""Who may reach a bucket that this program makes, and what refuses everybody else?"""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.values import Unknown

from ..rule import Undecided
from ..world import Outside, Subject

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SWITCHES = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")


def blocks_of(bucket: Subject) -> Iterator[Subject]:
    """The public access blocks that hold for it. Raises Undecided where nobody can tell whose one is."""
    found = bucket.world.pointing_at(bucket, BLOCK, "bucket")
    yield from found.sure
    yield from (one for one in bucket.world.of_type(ACCOUNT_BLOCK) if one.resource.provider == bucket.resource.provider)
    if found.unsure and not found.sure:
        raise Undecided(f"the bucket that {found.unsure[0].name} is for", found.unsure[0], "bucket")
    if not found.sure and isinstance(bucket.raw("bucket"), Unknown):
        for one in bucket.world.of_type(BLOCK):
            if isinstance(one.world.meant(one, "bucket", *BUCKETS), Outside):
                raise Undecided(f"the name of {bucket.name}, which {one.name} may mean", bucket, "bucket")


def policies_are_refused(bucket: Subject) -> bool:
    """Whether S3 itself takes no public policy for it. Raises Undecided."""
    return any(one.flag("blockPublicPolicy") and one.flag("restrictPublicBuckets") for one in blocks_of(bucket))
