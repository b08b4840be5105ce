"""What may an endpoint do with AWS, and who may ask it? The least that both need, as IAM policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .image import repository_arn

Document = dict[str, Any]
# SageMaker guide, execution role permissions of CreateModel: what a container in a VPC needs; EC2 knows no narrower
# resource for most of them
NETWORK = [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
INVOKE = ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"]
INVOKE_ASYNC = ["sagemaker:InvokeEndpointAsync"]


class Needs(NamedTuple):
    """What one endpoint touches, once it is known."""

    partition: str
    images: Sequence[str]
    reads: Sequence[str]  # s3://bucket/key, or s3://bucket/prefix/
    writes: Sequence[str]
    secret_arns: Sequence[str]
    topic_arns: Sequence[str]
    function_arns: Sequence[str]  # of registries' credentials
    kms_key_arns: Sequence[str]  # of what it reads and writes
    volume_key_arns: Sequence[str]  # of its machines' volumes
    ssm_access: bool
    in_vpc: bool


def trust() -> Document:
    """Who may take the role: SageMaker."""
    service = {"Service": "sagemaker.amazonaws.com"}
    return _policy([{"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}])


def log_policy(log_group_arns: Sequence[str]) -> Document:
    """Its own logs, which are there already."""
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return _policy([_allow(actions, [f"{arn}:*" for arn in log_group_arns])])


def data_policy(needs: Needs) -> Document:
    """All else that it touches."""
    statements = [_allow(["cloudwatch:PutMetricData"], ["*"])]  # it knows no resources
    repositories = sorted({arn for uri in needs.images if (arn := repository_arn(uri)) is not None})
    if repositories:
        statements += [_allow(["ecr:GetAuthorizationToken"], ["*"]), _allow(PULL, repositories)]
    statements += _storage(needs)
    for actions, arns in (
        (["secretsmanager:GetSecretValue"], needs.secret_arns),
        (["sns:Publish"], needs.topic_arns),
        (["lambda:InvokeFunction"], needs.function_arns),
        (["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [*needs.kms_key_arns, *needs.volume_key_arns]),
    ):
        if arns:
            statements.append(_allow(actions, _once(arns)))
    if needs.volume_key_arns:
        # KMS guide, keys of EBS volumes: they are attached by a grant
        grant = _allow(["kms:CreateGrant"], _once(needs.volume_key_arns))
        statements.append({**grant, "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}})
    if needs.in_vpc:
        statements.append(_allow(NETWORK, ["*"]))
    if needs.ssm_access:
        channels = [f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")]
        statements.append(_allow(channels, ["*"]))
    return _policy(statements)


def invoke_policy(endpoint_arn: str, component_names: Sequence[str], *, asynchronous: bool) -> Document:
    """An endpoint has no policy of its own: this one goes to whoever asks it."""
    stem = endpoint_arn.rpartition(":")[0]
    components = [f"{stem}:inference-component/{name}" for name in component_names]
    return _policy([_allow(INVOKE_ASYNC if asynchronous else INVOKE, [endpoint_arn, *components])])


def _storage(needs: Needs) -> list[Document]:
    statements: list[Document] = []
    for uri in _once(needs.reads):
        bucket, key = _cut(uri, needs.partition)
        if not key or key.endswith("/"):
            listing = _allow(["s3:ListBucket"], [bucket])
            if key:
                listing["Condition"] = {"StringLike": {"s3:prefix": [key, f"{key}*"]}}
            statements += [listing, _allow(["s3:GetObject"], [f"{bucket}/{key}*"])]
        else:
            statements.append(_allow(["s3:GetObject"], [f"{bucket}/{key}"]))
    for uri in _once(needs.writes):
        bucket, key = _cut(uri, needs.partition)
        folder = key if not key or key.endswith("/") else f"{key}/"
        statements.append(_allow(["s3:AbortMultipartUpload", "s3:PutObject"], [f"{bucket}/{folder}*"]))
    return statements


def _cut(uri: str, partition: str) -> tuple[str, str]:
    """ARN of the bucket, and the key or prefix within it."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return f"arn:{partition}:s3:::{bucket}", key


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _allow(actions: list[str], resources: list[str]) -> Document:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _policy(statements: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}
