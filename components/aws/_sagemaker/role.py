"""What does an endpoint touch, and so what must its role be allowed before its models are made?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pulumi
import pulumi_aws as aws

from ...component import Component
from .image import partition
from .policy import Needs, data_policy, log_policy

SagemakerEndpointArgs = Any  # its module imports this one


def allow(
    on: Component,
    args: SagemakerEndpointArgs,
    role: aws.iam.Role,
    region: pulumi.Output[str],
    images: Iterable[pulumi.Output[str]],
    logs: Iterable[aws.cloudwatch.LogGroup],
) -> list[pulumi.Resource]:
    """SageMaker looks at weights and images while it makes a model."""
    asked, capture, models = args.async_inference, args.data_capture, args.known_models.values()
    fleets = [*args.variants, *([args.shadow] if args.shadow else [])]
    reads = [uri for model in models for uri in model.read()]
    writes = [one.core_dump_uri for one in fleets]
    keys = [*args.data_kms_key_arns, *(one.core_dump_kms_key_arn for one in fleets)]
    topics: list[Any] = []
    if asked is not None:
        reads += asked.input_uris or [pulumi.Output.from_input(asked.output_uri).apply(_bucket)]
        writes += [asked.output_uri, asked.failure_uri]
        topics = asked.topics()
        keys.append(asked.kms_key_arn)
    if capture is not None:
        writes.append(capture.uri)
        keys.append(capture.kms_key_arn)
    needs = pulumi.Output.all(
        partition=region.apply(partition),
        images=_known(images),
        reads=_known(reads),
        writes=_known(writes),
        secret_arns=_known(arn for model in models for arn in model.secrets.values()),
        topic_arns=_known(topics),
        function_arns=_known(model.registry_credentials_arn for model in models),
        kms_key_arns=_known(keys),
        volume_key_arns=_known([args.kms_key_arn]),
        ssm_access=any(one.ssm_access for one in fleets),
        in_vpc=args.vpc is not None,
    )
    data = aws.iam.RolePolicy(
        on.child("data-policy"),
        role=role.id,
        policy=needs.apply(lambda known: json.dumps(data_policy(Needs(**known)))),
        # the new one beside the old one until the update is through: the old fleet may still start a machine, or get
        # all requests back, and then reads the old weights
        opts=on.below(replace_on_changes=["policy"]),
    )
    # on its own: a log's ARN is only known once it is there, and all else should be seen in a plan
    log = aws.iam.RolePolicy(
        on.child("log-policy"),
        role=role.id,
        policy=_known(group.arn for group in logs).apply(lambda known: json.dumps(log_policy(known))),
        opts=on.below(replace_on_changes=["policy"]),
    )
    further = [
        aws.iam.RolePolicyAttachment(on.child(f"policy-{key}"), role=role.name, policy_arn=arn, opts=on.below())
        for key, arn in args.policy_arns.items()
    ]
    return [data, log, *further]


def _known(values: Iterable[Any]) -> pulumi.Output[list[Any]]:
    return pulumi.Output.all(*(value for value in values if value is not None))


def _bucket(uri: str) -> str:
    return f"s3://{uri.removeprefix('s3://').partition('/')[0]}/"
