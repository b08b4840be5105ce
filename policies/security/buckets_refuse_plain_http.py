"""A bucket's policy denies what does not come by TLS."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, statements
from ..rule import Rule, Said, Undecided, fail
from ..world import Subject
from ._public import BUCKET_POLICY, BUCKETS

RULE = Rule(
    title="a bucket takes no requests over plain HTTP",
    level="advisory",
    why="S3 answers plain HTTP unless a policy denies it, and what a client with a wrong URL sends can be read.",
    fix='deny s3:* to Principal "*" where "Bool": {"aws:SecureTransport": "false"} in the bucket\'s policy',
    references=(
        "https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-ssl-requests-only.html",
        "AWS Security Hub control S3.5",
    ),
)


@RULE.graph(*BUCKETS)
def check(bucket: Subject) -> Iterator[Said]:
    found = bucket.world.pointing_at(bucket, BUCKET_POLICY, "bucket")
    holders = [*found.sure, *([bucket] if bucket.has("policy") else [])]
    unknown: Undecided | None = None
    for holder in holders:
        try:
            if any(_denies_http(one) for one in statements(holder, "policy")):
                return
        except Undecided as e:
            unknown = e
    if unknown is not None:
        raise unknown
    if found.unsure:
        raise Undecided(f"the bucket that {found.unsure[0].name} is for", found.unsure[0], "bucket")
    missing = "its policy does not deny plain HTTP" if holders else "it has no policy, so plain HTTP is not denied"
    yield fail(bucket, missing)


def _denies_http(statement: Statement) -> bool:
    if statement.effect != "Deny" or not statement.anybody or not statement.speaks_of("s3:GetObject"):
        return False
    return any(
        operator.lower() in ("bool", "boolifexists") and key == "aws:securetransport" and values == ["false"]
        for (operator, key), values in statement.conditions.items()
    )
