"""When does what is scaled rest, when does it come back, and when is it to be gone?"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from ultrastack.model.schedule import Schedule

from ...component import Component
from .._schedules import aws_at, aws_cron, start_time


def is_timed(schedule: Schedule | None) -> bool:
    """Hours alone are for the cost."""
    return schedule is not None and (schedule.start is not None or schedule.teardown_at is not None)


def clock(
    on: Component,
    key: str,
    target: aws.appautoscaling.Target,
    by_day: tuple[int, int],
    at_rest: int,
    schedule: Schedule,
) -> None:
    """One action after the other: Application Auto Scaling refuses changes of one target at the same time."""
    gone, nothing = schedule.teardown_at, (at_rest, at_rest)
    actions: list[tuple[str, str, tuple[int, int], str | None]] = []
    if schedule.start is not None and schedule.stop is not None:
        actions.append(("start", aws_cron(schedule.start), by_day, schedule.time_zone))
        actions.append(("stop", aws_cron(schedule.stop), nothing, schedule.time_zone))
    if gone is not None:
        actions.append(("teardown", aws_at(gone), nothing, None))
    before: list[pulumi.Resource] = []
    for name, when, (lowest, most), zone in actions:
        action = aws.appautoscaling.ScheduledAction(
            on.child(f"{name}-{key}"),
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=when,
            timezone=zone,
            # nothing starts it again once it is to be gone
            end_time=start_time(gone) if gone is not None and name != "teardown" else None,
            scalable_target_action=aws.appautoscaling.ScheduledActionScalableTargetActionArgs(
                min_capacity=lowest, max_capacity=most
            ),
            opts=on.below(depends_on=before or None),
        )
        before = [action]
