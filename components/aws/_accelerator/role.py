"""What may the machines of an accelerator cluster do with AWS, and where do they write what happened?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ...component import Component
from ...region import region_of
from .._node_policy import data_policy, drain_policy, in_partition, own_policy, session_manager_policy, trust
from .._trn2_ultraserver_cluster_parts import DataBucket

AcceleratorClusterArgs = Any  # its module imports this one


def make_role(owner: Component) -> aws.iam.Role:
    return aws.iam.Role(
        owner.child("role"),
        assume_role_policy=json.dumps(trust()),
        tags=owner.named_tags("role"),
        opts=owner.below(),
    )


def make_policies(
    owner: Component, args: AcceleratorClusterArgs, role: aws.iam.Role, log_group_name: pulumi.Output[str]
) -> list[pulumi.Resource]:
    """What must be there before a machine starts: it fetches its data and sends its log at once."""
    log_group = aws.cloudwatch.LogGroup(
        owner.child("log-group"),
        name=log_group_name,
        retention_in_days=args.log_retention_days,
        tags=owner.named_tags("log-group"),
        opts=owner.below(),
    )
    own = log_group.arn.apply(lambda arn: json.dumps(own_policy(arn)))
    made: list[pulumi.Resource] = [
        aws.iam.RolePolicy(owner.child("own-policy"), role=role.id, policy=own, opts=owner.below())
    ]
    places = list(args.data_buckets)
    if args.checkpoints is not None:
        places.append(DataBucket(uri=args.checkpoints, access="read-write"))
    if places or args.kms_key_arns:
        buckets = pulumi.Output.all(*(bucket.granted() for bucket in places))
        data = pulumi.Output.all(buckets, args.kms_key_arns, region_of(owner)).apply(_data_policy)
        made.append(aws.iam.RolePolicy(owner.child("data-policy"), role=role.id, policy=data, opts=owner.below()))
    further: dict[str, pulumi.Input[str]] = {}
    if args.session_manager:
        further["session-manager"] = region_of(owner).apply(session_manager_policy)
    further |= {f"policy-{n}": arn for n, arn in args.policy_arns.items()}
    made += [
        aws.iam.RolePolicyAttachment(owner.child(child), role=role.name, policy_arn=arn, opts=owner.below())
        for child, arn in further.items()
    ]
    return made


def make_drain_policy(
    owner: Component, args: AcceleratorClusterArgs, role: aws.iam.Role, group: aws.autoscaling.Group
) -> None:
    """Later than the others: a machine needs it at its end, and it names the group."""
    if args.drains is None:
        return
    drain = group.arn.apply(lambda arn: json.dumps(drain_policy(arn)))
    aws.iam.RolePolicy(owner.child("drain-policy"), role=role.id, policy=drain, opts=owner.below())


def _data_policy(known: Sequence[Any]) -> str:
    buckets, keys, region = known
    return json.dumps(data_policy([[in_partition(arn, region), *rest] for arn, *rest in buckets], keys))
