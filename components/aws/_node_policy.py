"""What may a node do with AWS? The least that its data, its log and its ranks need, as an IAM policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

READ = ["s3:GetObject"]
WRITE = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]


PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


class Granted(NamedTuple):
    """A bucket that nodes may use."""

    arn: str
    prefix: str  # "" for all of it
    writes: bool


def session_manager_policy(region: str) -> str:
    """ARN of what lets Systems Manager reach a machine."""
    return in_partition("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", region)


def in_partition(arn: str, region: str) -> str:
    """An ARN as the region's partition has it: those of China and of the governments have names of their own."""
    partition = next((name for start, name in PARTITIONS.items() if region.startswith(start)), "aws")
    return arn.replace("arn:aws:", f"arn:{partition}:", 1)


def trust() -> dict[str, Any]:
    """Who may take the role: machines."""
    service = {"Service": "ec2.amazonaws.com"}
    return _policy([{"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}])


def own_policy(log_group_arn: str, ranks_parameter: str | None = None) -> dict[str, Any]:
    """Its own log group and, where there is one, its rank parameter."""
    statements = [_allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group_arn}:*"])]
    if ranks_parameter is not None:
        statements.append(_allow(["ssm:GetParameter"], [f"arn:aws:ssm:*:*:parameter{ranks_parameter}"]))
    return _policy(statements)


def drain_policy(group_arn: str) -> dict[str, Any]:
    """Leave to say that it may be ended, to its own group only; which that is AWS tells those who may ask for all."""
    return _policy(
        [
            _allow(["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"], [group_arn]),
            _allow(["autoscaling:DescribeAutoScalingInstances"], ["*"]),
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
