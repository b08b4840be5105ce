"""What keeps data in plain text unless it is told otherwise is told otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

FILES = "aws:efs/fileSystem:FileSystem"
QUEUE = "aws:sqs/queue:Queue"
STREAM = "aws:kinesis/stream:Stream"

RULE = Rule(
    title="stored data is encrypted",
    level="mandatory",
    why="EFS and Kinesis keep data as it comes, and a file system can only be encrypted by making a new one.",
    fix="set encrypted: true on the file system, sqsManagedSseEnabled on the queue, encryptionType: KMS on the stream",
    references=(
        "https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",
        "AWS Security Hub controls EFS.1, SQS.1 and Kinesis.1",
    ),
)


@RULE.resource(FILES, QUEUE, STREAM)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == FILES and not subject.flag("encrypted"):
        yield fail(subject, "the file system is not encrypted", at="encrypted", fix="set encrypted: true")
    if subject.type == QUEUE and not subject.flag("sqsManagedSseEnabled", True) and not subject.has("kmsMasterKeyId"):
        yield fail(subject, "the queue is not encrypted", at="sqsManagedSseEnabled", fix="remove sqsManagedSseEnabled")
    if subject.type == STREAM and subject.text("encryptionType", "NONE") == "NONE":
        fix = "set encryptionType: KMS and kmsKeyId: alias/aws/kinesis"
        yield fail(subject, "the stream is not encrypted", at="encryptionType", fix=fix)
