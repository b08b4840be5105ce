"""Who talked to whom in a network, and who was turned away? Flow logs, kept in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from ..component import Component, Input, Strict
from ._logs import RetentionDays


class FlowLogs(Strict):
    enabled: bool = Field(default=True, description="Whether the network's connections are recorded at all.")
    traffic: Literal["ALL", "ACCEPT", "REJECT"] = Field(default="ALL", description="Which connections are recorded.")
    retention_days: RetentionDays = Field(default=30, description="Days after which a record is deleted.")
    aggregation_seconds: Literal[60, 600] = Field(default=600, description="Seconds that one record sums up.")
    kms_key_arn: Input[str] | None = Field(
        default=None, description="Key that encrypts the records; its policy must let CloudWatch Logs use it."
    )


def record(component: Component, vpc: aws.ec2.Vpc, logs: FlowLogs) -> None:
    """Nothing if they are off. The names of the log group and the role are Pulumi's."""
    if not logs.enabled:
        return
    group = aws.cloudwatch.LogGroup(
        component.child("flow-log-group"),
        retention_in_days=logs.retention_days,
        kms_key_id=logs.kms_key_arn,
        tags=component.named_tags("flow-log-group"),
        opts=component.below(),
    )
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        "Action": "sts:AssumeRole",
        # the service works for every account; it must not write here for another one
        "Condition": {"StringEquals": {"aws:SourceAccount": vpc.owner_id}},
    }
    role = aws.iam.Role(
        component.child("flow-log-role"),
        assume_role_policy=_policy(trust),
        tags=component.named_tags("flow-log-role"),
        opts=component.below(),
    )
    writing = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": pulumi.Output.concat(group.arn, ":*"),
    }
    policy = aws.iam.RolePolicy(
        component.child("flow-log-policy"), role=role.id, policy=_policy(writing), opts=component.below()
    )
    aws.ec2.FlowLog(
        component.child("flow-log"),
        vpc_id=vpc.id,
        traffic_type=logs.traffic,
        max_aggregation_interval=logs.aggregation_seconds,
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        tags=component.named_tags("flow-log"),
        opts=component.below(depends_on=[policy]),
    )


def _policy(statement: Mapping[str, object]) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
