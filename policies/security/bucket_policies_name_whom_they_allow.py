"""A bucket's policy allows nobody in particular nothing, nor does its ACL."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, narrowed, statements
from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._public import BUCKET_POLICY, BUCKETS, policies_are_refused

ACLS = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")  # canned ACLs of S3

RULE = Rule(
    title="a bucket's policy names whom it allows",
    level="mandatory",
    why="A principal of `*` without a condition that says who lets the whole internet read or write the bucket.",
    fix="name accounts, roles or services as Principal, or add a condition on aws:PrincipalOrgID or aws:SourceVpce",
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "AWS Security Hub controls S3.2 and S3.3",
    ),
)


@RULE.graph(BUCKET_POLICY, *BUCKETS, *ACLS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == BUCKET_POLICY:
        found = list(each(_of_policy, subject))
        yield from (one for one in found if one.verdict == "fail")
        unknown = [one for one in found if one.verdict != "fail"]
        if unknown and not _is_refused(subject):
            yield from unknown
        return
    if subject.type in BUCKETS and subject.has("policy"):
        yield from each(_of_policy, subject)
    if subject.text("acl") in PUBLIC_ACLS:
        yield fail(subject, f"`acl` is {subject.text('acl')}, so everybody may read", at="acl", fix="use acl: private")


def _is_refused(policy: Subject) -> bool:
    """S3 takes no public policy for a bucket whose public access block says so, whatever the policy will be."""
    found = policy.world.all_meant(policy, "bucket", *BUCKETS)
    return any(isinstance(one, Subject) and policies_are_refused(one) for one in found)


def _of_policy(holder: Block) -> Iterator[Said]:
    for statement in statements(holder, "policy"):
        yield from each(_of_statement, statement)


def _of_statement(statement: Statement) -> Iterator[Said]:
    if statement.allows and statement.anybody and not narrowed(statement):
        what = ", ".join(statement.actions) or "all but " + ", ".join(statement.not_actions)
        yield fail(statement.where, f"the policy allows everybody {what}", at="Principal")
