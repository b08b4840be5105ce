"""Data at rest is encrypted with a key of one's own, where an organization asks for that."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Block, Subject
from ._public import BUCKETS

LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
PARAMETER = "aws:ssm/parameter:Parameter"
BUCKET_KEY = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
KEYS = {  # endpoints of SageMaker have a rule among `serving`
    LUSTRE: "kmsKeyId",
    PARAMETER: "keyId",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "kmsKeyId",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "kmsKeyId",
    "aws:efs/fileSystem:FileSystem": "kmsKeyId",
    "aws:ebs/volume:Volume": "kmsKeyId",
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
    "aws:sns/topic:Topic": "kmsMasterKeyId",
    "aws:sqs/queue:Queue": "kmsMasterKeyId",
    "aws:secretsmanager/secret:Secret": "kmsKeyId",
    "aws:sagemaker/notebookInstance:NotebookInstance": "kmsKeyId",
    "aws:sagemaker/domain:Domain": "kmsKeyId",
}

RULE = Rule(
    title="data at rest is encrypted with a key of one's own",
    level="off",
    why="Who may use a key that AWS keeps cannot be said, and its use cannot be taken away.",
    fix="name a key of AWS KMS that this organization made",
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html", "Checkov CKV_AWS_98"),
)


@RULE.graph(*KEYS, TEMPLATE, *BUCKETS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in BUCKETS:
        yield from _of_bucket(subject)
    elif subject.type == TEMPLATE:
        for mapping in subject.blocks("blockDeviceMappings"):
            if mapping.has("ebs"):
                yield from each(_own_key, mapping.block("ebs"), "kmsKeyId")
    elif _takes_none(subject):
        raise NotApplicable
    else:
        yield from _own_key(subject, KEYS[subject.type])


def _takes_none(subject: Subject) -> bool:
    if subject.type == LUSTRE:
        return not subject.text("deploymentType", "SCRATCH_1").startswith("PERSISTENT")
    if subject.type == PARAMETER:
        return subject.text("type") != "SecureString"
    return False


def _own_key(block: Block, name: str) -> Iterator[Said]:
    if not block.has(name):
        yield fail(block, f"{block.subject.name} has a key of AWS's: `{name}` is not set", at=name)
    elif str(block.raw(name)).startswith("alias/aws/"):
        yield fail(block, f"`{name}` is {block.raw(name)}, a key of AWS's", at=name)


def _of_bucket(bucket: Subject) -> Iterator[Said]:
    found = bucket.world.pointing_at(bucket, BUCKET_KEY, "bucket")
    for one in found.sure:
        for rule in one.blocks("rules"):
            yield from each(_own_key, rule.block("applyServerSideEncryptionByDefault"), "kmsMasterKeyId")
    if not found.sure and found.unsure:
        raise Undecided(f"the bucket that {found.unsure[0].name} is for", found.unsure[0], "bucket")
    if not found.sure and not bucket.has("serverSideEncryptionConfigurations"):
        yield fail(bucket, f"{bucket.name} has a key of AWS's: nothing sets its encryption")
