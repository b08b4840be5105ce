"""What is written stays readable: the key of a store is not changed in passing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ultrastack.model.values import Unknown

from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import SubjectChange

RULE = Rule(
    title="a store keeps its encryption key",
    level="advisory",
    why="What was written before stays under the old key, and is unreadable as soon as that key is deleted or closed.",
    fix="keep the key; if it has to change, keep the old one until everything is written anew",
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html",),
)

KEYS: Mapping[str, str] = {  # that are changed in place; where a store is replaced for it, its data is the matter
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "kmsMasterKeyId",
    "gcp:storage/bucket:Bucket": "defaultKmsKeyName",
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
}


@RULE.change(*KEYS)
def check(change: SubjectChange) -> Iterator[Said]:
    if change.old is None or change.new is None:
        raise NotApplicable
    for one in change.change.properties:
        if one.path.endswith(KEYS[change.subject.type]) and one.old is not None:
            if isinstance(one.old, Unknown) and isinstance(one.new, Unknown):
                yield cannot_decide(change.new, f"whether the key is another one: {one.because}", at=one.path)
            else:
                yield fail(
                    change.new, "another key from now on; what was written before needs the old one", at=one.path
                )
