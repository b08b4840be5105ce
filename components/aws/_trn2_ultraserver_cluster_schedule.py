"""When do the nodes of an UltraServer stop and start by themselves? Schedules that call EC2, in a role of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ultrastack.model.schedule import Schedule

from ..component import AUTONAME, Component
from ..refusals import Wrong
from ._schedules import aws_at, aws_cron, start_time

LONGEST = 64  # botocore scheduler Name, iam RoleName
CALL = "arn:aws:scheduler:::aws-sdk:ec2:"  # a universal target: any call of EC2's API
# A call that failed is made again for a day by default: a late start would meet the next stop.
RETRY_SECONDS = 1800
# IAM User Guide, quotas: characters of all inline policies of a role; the rest of ours has at most 600 of them
POLICY_CHARACTERS = 10240 - 600
ARN_CHARACTERS = len('"arn:aws:ec2:ap-southeast-4:111122223333:instance/i-0123456789abcdef0",')


def make(
    component: Component,
    schedule: Schedule | None,
    nodes: Mapping[str, Sequence[aws.ec2.Instance]],
    log_group_arn: pulumi.Output[str],
    kms_key_id: pulumi.Input[str] | None,
) -> None:
    """One schedule for each UltraServer: EC2 refuses a call for many as soon as one of them is gone, as those are whose
    block has ended. hours_per_week alone is for the cost."""
    if schedule is None or not _names(schedule) or not nodes:
        return
    role = aws.iam.Role(
        component.child("schedule-role"),
        assume_role_policy=log_group_arn.apply(lambda arn: _policy(_trust(arn))),
        tags=component.named_tags("schedule-role"),
        opts=component.below(),
    )
    arns = [node.arn for each in nodes.values() for node in each]
    policy = aws.iam.RolePolicy(
        component.child("schedule-policy"),
        role=role.id,
        policy=pulumi.Output.all(kms_key_id, *arns).apply(
            lambda known: _policy(_leave(known[1:], known[0], starts=schedule.start is not None))
        ),
        opts=component.below(),
    )
    for key, each in nodes.items():
        _make(component, key, schedule, each, role, policy)


def wrong(schedule: Schedule | None, nodes: int, nodes_of_each: int) -> Iterator[Wrong]:
    """What AWS cannot take of it."""
    most = POLICY_CHARACTERS // ARN_CHARACTERS // nodes_of_each
    if _names(schedule) and nodes > most * nodes_of_each:
        yield Wrong("schedule", f"cannot be for more than {most} UltraServers, by IAM's limit; fix: make two clusters")


def too_long(name: str, given: Mapping[str, Any]) -> str:
    """As Component.too_long."""
    words = _names(given.get("schedule"))
    keys = [_key(one) for one in given.get("ultraservers", ())]
    roles = [f"{word}-{key}" for word in words for key in keys] + (["schedule-role"] if words else [])
    role = max(roles, key=len, default="")
    room = LONGEST - AUTONAME - len(f"-{role}")
    if not role or len(name) <= room:
        return ""
    made = f"is too long for its {role}, whose name in the cloud has at most {LONGEST} characters"
    return (
        f"{made}; fix: use at most {room} characters" if room > 0 else f"{made}; fix: give the UltraServer a short name"
    )


def _names(schedule: Schedule | Mapping[str, Any] | None) -> list[str]:
    """What happens by itself; of a model, or of the mapping that is a component's input."""
    said = schedule.model_dump() if isinstance(schedule, Schedule) else schedule or {}
    wanted = {"start": said.get("start"), "stop": said.get("stop"), "teardown": said.get("teardown_at")}
    return [word for word, when in wanted.items() if when is not None]


def _key(one: Mapping[str, Any]) -> str:
    text = next((said for key in ("name", "id", "resource_group_arn") if isinstance(said := one.get(key), str)), "")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text.rsplit("/", 1)[-1])


def _make(
    component: Component,
    key: str,
    schedule: Schedule,
    nodes: Sequence[aws.ec2.Instance],
    role: aws.iam.Role,
    policy: aws.iam.RolePolicy,
) -> None:
    for word, call, expression, zone, end in _calls(schedule):
        aws.scheduler.Schedule(
            component.child(f"{word}-{key}"),
            schedule_expression=expression,
            schedule_expression_timezone=zone,
            end_date=end,
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=CALL + call,
                role_arn=role.arn,
                input=pulumi.Output.json_dumps({"InstanceIds": [node.id for node in nodes]}),
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(maximum_event_age_in_seconds=RETRY_SECONDS),
            ),
            opts=component.below(depends_on=[policy]),
        )


def _calls(schedule: Schedule) -> Iterator[tuple[str, str, str, str | None, str | None]]:
    """Name, call, expression, its zone, and when it ends."""
    gone = schedule.teardown_at
    if schedule.start is not None and schedule.stop is not None:
        # what has been torn down does not come back the next morning
        end = start_time(gone) if gone is not None else None
        yield "start", "startInstances", aws_cron(schedule.start), schedule.time_zone, end
        yield "stop", "stopInstances", aws_cron(schedule.stop), schedule.time_zone, None
    if gone is not None:
        # Once; and it stays when it has run, so that a later `up` has nothing to make. EventBridge Scheduler refuses
        # one whose moment has passed, so that new nodes with an old teardown_at are told of. It lost: a recurrence,
        # which it takes, and which would let them run until the day comes round.
        yield "teardown", "stopInstances", aws_at(gone), "UTC", None


def _trust(arn: str) -> list[dict[str, Any]]:
    """The service works for every account; it must not call EC2 here for another one."""
    ours = {"StringEquals": {"aws:SourceAccount": arn.split(":")[4]}}
    service = {"Service": "scheduler.amazonaws.com"}
    return [{"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole", "Condition": ours}]


def _leave(arns: Sequence[str], kms_key_id: str | None, *, starts: bool) -> list[dict[str, Any]]:
    """These nodes and no others."""
    calls = ["ec2:StopInstances", *(["ec2:StartInstances"] if starts else [])]
    nodes = {"Effect": "Allow", "Action": calls, "Resource": list(arns)}
    return [nodes, *([_grant(kms_key_id)] if starts and kms_key_id is not None else [])]


def _grant(kms_key_id: str) -> dict[str, Any]:
    """Whoever starts a machine lets EC2 use the key of its disks; of AWS's own key that goes without saying."""
    condition: dict[str, Any] = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    resource = kms_key_id if kms_key_id.startswith("arn:") else f"arn:aws:kms:*:*:key/{kms_key_id}"
    if "alias/" in kms_key_id:  # IAM knows keys by their ids only
        alias = kms_key_id[kms_key_id.index("alias/") :]
        resource, condition["ForAnyValue:StringEquals"] = "*", {"kms:ResourceAliases": alias}
    return {"Effect": "Allow", "Action": "kms:CreateGrant", "Resource": resource, "Condition": condition}


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
