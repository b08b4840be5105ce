"""A private S3 bucket for datasets and checkpoints: encrypted, versioned, reached over TLS only."""

from __future__ import annotations

import re
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator, Field, field_validator, model_validator

from .. import component
from ..component import Component, Input, Strict
from ..names import Like, RuleName
from ._lifecycle import Days, LifecycleRule, rules

RESERVED = r"(xn--|sthree-|amzn-s3-demo-).*|.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)|(\d+\.){3}\d+"


def _free(name: str) -> str:
    if re.fullmatch(RESERVED, name):
        raise ValueError("S3 keeps such names, and addresses, to itself; fix: write it like example-datasets")
    return name


# S3 User Guide, bucket naming rules: lower-case letters, digits, hyphens and dots, no two dots together
BucketName = Annotated[
    str,
    Field(min_length=3, max_length=63),
    Like(
        r"^[a-z0-9](\.?[a-z0-9-])*\.?[a-z0-9]$",
        "a bucket's name has lower-case letters, digits, hyphens and single dots, and begins and ends with a letter "
        "or digit; fix: write it like example-datasets",
    ),
    AfterValidator(_free),
]


class AccessLogs(Strict):
    bucket: Input[str] = Field(description="Name of the bucket that keeps the logs, in the same region and account.")
    prefix: Input[str] = Field(default="", description="Beginning of the logs' keys.")


class StorageBucketArgs(component.Args):
    physical_name: Input[BucketName] | None = Field(
        default=None, description="Name of the bucket in AWS, unique in the world; if left out, one is made up."
    )
    kms_key_arn: Input[str] | None = Field(
        default=None, description="Key that encrypts the objects; if left out, S3's own keys do."
    )
    versioning: bool = Field(default=True, description="Whether earlier versions of an object are kept.")
    noncurrent_days: Annotated[int, Field(ge=0)] = Field(
        default=30, description="Days after which an earlier version is deleted; 0 keeps them for ever."
    )
    noncurrent_versions: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="Earlier versions that are kept in any case, 1 to 100."
    )
    abort_uploads_after_days: Input[Days] = Field(
        default=7, description="Days after which the parts of an upload that never ended are deleted."
    )
    lifecycle: dict[RuleName, LifecycleRule] = Field(
        default={}, description="Rules that move or delete objects, under names of your choice."
    )
    reader_arns: list[Input[str]] = Field(
        default=[],
        description="Roles, users or accounts that the bucket itself lets read, such as those of other accounts.",
    )
    writer_arns: list[Input[str]] = Field(
        default=[], description="Roles, users or accounts that the bucket itself lets read, write and delete."
    )
    access_logs: AccessLogs | None = Field(default=None, description="Where S3 writes down each request, if at all.")
    force_destroy: bool = Field(
        default=False, description="Whether destroying the bucket deletes the objects in it; must be applied before."
    )

    @field_validator("reader_arns", "writer_arns")
    @classmethod
    def _somebody(cls, given: list[Any]) -> list[Any]:
        """S3 refuses a policy for everybody where public policies are blocked. Secret ones are not looked at: offline
        a placeholder stands for them."""
        for one in given:
            if isinstance(one, str) and not re.fullmatch(r"arn:[^*]+|[0-9]{12}", one):
                why = f"has {one}, which is no ARN of a role, user or account, and no account's number"
                raise ValueError(f"{why}; fix: write it like arn:aws:iam::111122223333:role/reader")
        return given

    @model_validator(mode="after")
    def _possible(self) -> StorageBucketArgs:
        if self.noncurrent_versions is not None and self.noncurrent_days == 0:
            raise ValueError("keeps all versions with noncurrent_days: 0; fix: remove noncurrent_versions")
        return self


class StorageBucket(Component):
    token = "ultrastack:aws:StorageBucket"
    cloud = "aws"
    Args = StorageBucketArgs
    roles = {
        "bucket": "The bucket.",
        "versioning": "Whether earlier versions are kept.",
        "encryption": "How objects are encrypted.",
        "public-access-block": "All four locks against the public.",
        "ownership": "Objects belong to the bucket's account; access lists are off.",
        "lifecycle": "What is moved or deleted, and when.",
        "policy": "TLS only, and who else may read and write.",
        "access-logs": "Where requests are written down.",
    }

    longest = {"bucket": 63}  # S3 User Guide, bucket naming rules

    bucket_name: Annotated[pulumi.Output[str], "Name of the bucket, once its settings are there."]
    arn: Annotated[pulumi.Output[str], "Arn of the bucket."]
    domain_name: Annotated[pulumi.Output[str], "Host name of the bucket in its region."]
    uri: Annotated[pulumi.Output[str], "The bucket as s3://name."]

    def __init__(self, name: str, args: StorageBucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        bucket = aws.s3.Bucket(
            self.child("bucket"),
            bucket=args.physical_name,
            force_destroy=args.force_destroy,
            tags=self.cost_tags,
            opts=self.below(),
        )
        versioning = aws.s3.BucketVersioning(
            self.child("versioning"),
            bucket=bucket.bucket,
            # "Disabled" would be refused for a bucket that ever had versions
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled" if args.versioning else "Suspended"
            ),
            opts=self.below(),
        )
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="AES256" if args.kms_key_arn is None else "aws:kms", kms_master_key_id=args.kms_key_arn
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            self.child("encryption"),
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    # one call to KMS for many objects; without it a training run pays for millions
                    bucket_key_enabled=None if args.kms_key_arn is None else True,
                )
            ],
            opts=self.below(),
        )
        block = aws.s3.BucketPublicAccessBlock(
            self.child("public-access-block"),
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.below(),
        )
        # One after the other: S3 answers OperationAborted to some changes of one bucket at the same time
        # (hashicorp/terraform-provider-aws issues 7628 and 33552).
        ownership = aws.s3.BucketOwnershipControls(
            self.child("ownership"),
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.below(depends_on=[block]),
        )
        policy = aws.s3.BucketPolicy(
            self.child("policy"),
            bucket=bucket.bucket,
            policy=pulumi.Output.json_dumps(policy_document(bucket.arn, args)),
            opts=self.below(depends_on=[ownership, versioning]),
        )
        aws.s3.BucketLifecycleConfiguration(
            self.child("lifecycle"),
            bucket=bucket.bucket,
            rules=rules(args.abort_uploads_after_days, args.noncurrent_days, args.noncurrent_versions, args.lifecycle),
            opts=self.below(depends_on=[versioning]),
        )
        if args.access_logs is not None:
            aws.s3.BucketLogging(
                self.child("access-logs"),
                bucket=bucket.bucket,
                target_bucket=args.access_logs.bucket,
                target_prefix=args.access_logs.prefix,
                opts=self.below(),
            )

        # nobody writes into it before it is encrypted, versioned and closed
        settled = pulumi.Output.all(bucket.bucket, versioning.bucket, encryption.bucket, policy.bucket)
        self.bucket_name = settled.apply(lambda names: str(names[0]))
        self.arn = bucket.arn
        self.domain_name = bucket.bucket_regional_domain_name
        self.uri = pulumi.Output.concat("s3://", self.bucket_name)
        self.finish()


def policy_document(arn: pulumi.Output[str], args: StorageBucketArgs) -> dict[str, Any]:
    objects = pulumi.Output.concat(arn, "/*")
    statements: list[dict[str, Any]] = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, objects],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    reading = ["s3:GetObject", "s3:GetObjectVersion"]
    writing = [*reading, "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    for sid, arns, actions in (("Read", args.reader_arns, reading), ("Write", args.writer_arns, writing)):
        if arns:
            principal = {"AWS": list(arns)}
            listing = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
            statements += [
                {
                    "Sid": f"{sid}Objects",
                    "Effect": "Allow",
                    "Principal": principal,
                    "Action": actions,
                    "Resource": objects,
                },
                {"Sid": f"{sid}Bucket", "Effect": "Allow", "Principal": principal, "Action": listing, "Resource": arn},
            ]
    return {"Version": "2012-10-17", "Statement": statements}
