"""What may a node do with AWS? The least that its data, its log and its ranks need, as an IAM policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

READ = ["s3:GetObject"]
WRITE = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]


class Granted(NamedTuple):
    """A bucket that nodes may use."""

    arn: str
    prefix: str  # "" for all of it
    writes: bool


def trust() -> dict[str, Any]:
    """Who may take the role: machines."""
    service = {"Service": "ec2.amazonaws.com"}
    return _policy([{"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}])


def own_policy(log_group_arn: str, ranks_parameter: str) -> dict[str, Any]:
    """Its own log group and rank parameter."""
    return _policy(
        [
            _allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group_arn}:*"]),
            _allow(["ssm:GetParameter"], [f"arn:aws:ssm:*:*:parameter{ranks_parameter}"]),
        ]
    )


def data_policy(buckets: Sequence[Sequence[Any]], kms_key_arns: Sequence[str]) -> dict[str, Any]:
    """The buckets, as fields of Granted, and the keys; nothing else."""
    statements = []
    for bucket in (Granted(*one) for one in buckets):
        listing = _allow(["s3:ListBucket"], [bucket.arn])
        if bucket.prefix:
            listing["Condition"] = {"StringLike": {"s3:prefix": [bucket.prefix, f"{bucket.prefix}/*"]}}
        objects = "/".join(part for part in (bucket.arn, bucket.prefix, "*") if part)
        statements += [listing, _allow([*READ, *(WRITE if bucket.writes else [])], [objects])]
    if kms_key_arns:
        statements.append(_allow(["kms:Decrypt", "kms:GenerateDataKey"], list(kms_key_arns)))
    return _policy(statements)


def _allow(actions: Iterable[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resources}


def _policy(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
