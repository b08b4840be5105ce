"""Who hears when EC2 takes a spot machine back?"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from ...component import Component
from .purchase import Interruptions

AcceleratorClusterArgs = Any  # its module imports this one

# EC2 User Guide, spot-instance-termination-notices and rebalance-recommendations. They name an instance and no group,
# so a rule can only be for all spot machines of the account in this region.
EVENTS = {
    "source": ["aws.ec2"],
    "detail-type": ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"],
}


def make_interruptions(
    owner: Component, args: AcceleratorClusterArgs, wanted: Interruptions
) -> pulumi.Output[str] | None:
    """ARN of the topic, if there is one."""
    rule = aws.cloudwatch.EventRule(
        owner.child("interruption-rule"),
        description="Spot machines that EC2 takes back, or is about to",
        event_pattern=json.dumps(EVENTS),
        tags=owner.named_tags("interruption-rule"),
        opts=owner.below(),
    )
    topic = _topic(owner, wanted, rule)
    if topic is not None:
        _send(owner, "interruption-to-topic", rule, topic)
    for name, arn in wanted.target_arns.items():
        _send(owner, f"interruption-to-{name}-target", rule, arn)
    if wanted.log:
        _log(owner, args, rule)
    return topic


def _topic(owner: Component, wanted: Interruptions, rule: aws.cloudwatch.EventRule) -> pulumi.Output[str] | None:
    if wanted.topic_arn is not None:
        return pulumi.Output.from_input(wanted.topic_arn)
    if not wanted.topic:
        return None
    topic = aws.sns.Topic(
        owner.child("interruption-topic"),
        kms_master_key_id=wanted.kms_key_id,
        tags=owner.named_tags("interruption-topic"),
        opts=owner.below(),
    )
    allowed = pulumi.Output.all(topic.arn, rule.arn).apply(lambda arns: json.dumps(_only(*arns)))
    aws.sns.TopicPolicy(owner.child("interruption-topic-policy"), arn=topic.arn, policy=allowed, opts=owner.below())
    return topic.arn


def _only(topic_arn: str, rule_arn: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
            }
        ],
    }


def _log(owner: Component, args: AcceleratorClusterArgs, rule: aws.cloudwatch.EventRule) -> None:
    """EventBridge User Guide: a group whose name begins with /aws/events/, and a policy of CloudWatch Logs."""
    group = aws.cloudwatch.LogGroup(
        owner.child("interruption-log"),
        name=rule.name.apply(lambda name: f"/aws/events/{name}"),
        retention_in_days=args.log_retention_days,
        tags=owner.named_tags("interruption-log"),
        opts=owner.below(),
    )
    allowed = group.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": f"{arn}:*",
                    }
                ],
            }
        )
    )
    policy = aws.cloudwatch.LogResourcePolicy(
        owner.child("interruption-log-policy"), policy_name=rule.name, policy_document=allowed, opts=owner.below()
    )
    aws.cloudwatch.EventTarget(
        owner.child("interruption-to-log"), rule=rule.name, arn=group.arn, opts=owner.below(depends_on=[policy])
    )


def _send(owner: Component, role: str, rule: aws.cloudwatch.EventRule, arn: pulumi.Input[str]) -> None:
    aws.cloudwatch.EventTarget(owner.child(role), rule=rule.name, arn=arn, opts=owner.below())
