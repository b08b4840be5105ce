"""How many machines does an accelerator cluster have, where are they bought, and when does their number change?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from ultrastack.catalog import capacity_block_rules, machine

from ...component import Component
from .._schedules import once_a_year, recurrence, start_time, time_zone
from .boot import DRAIN_HOOK
from .purchase import LATE_MINUTES

AcceleratorClusterArgs = Any  # its module imports this one

# What CloudWatch shows of a group; free of charge
METRICS: tuple[Any, ...] = (
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)
SIZES = ["minSize", "maxSize", "desiredCapacity"]
AS_IT_IS = -1  # aws.autoscaling.Schedule: leaves the group's own value alone


class Action(NamedTuple):
    """One scheduled action of the group."""

    role: str
    min: int
    max: int
    desired: int
    recurrence: str | None = None
    time_zone: str | None = None
    start_time: str | None = None


def make_group(
    owner: Component,
    args: AcceleratorClusterArgs,
    template: aws.ec2.LaunchTemplate,
    target_group_arns: Sequence[pulumi.Input[str]],
    needs: Sequence[pulumi.Resource],
) -> aws.autoscaling.Group:
    mixed = args.purchase == "spot" or bool(args.further_instance_types)
    version = template.latest_version.apply(str)  # a number and not $Latest, or a refresh would not see a change
    subnet_ids: Any = args.subnet_ids  # mypy cannot go through this many unions
    return aws.autoscaling.Group(
        owner.child("group"),
        min_size=0 if args.capacity_block is not None or args.launch is False else args.min,
        max_size=args.max,
        desired_capacity=_desired(args),
        launch_template=None if mixed else aws.autoscaling.GroupLaunchTemplateArgs(id=template.id, version=version),
        mixed_instances_policy=_mixed(args, template.id, version) if mixed else None,
        capacity_reservation_specification=_reservations(args),
        capacity_rebalance=True if args.bought_as_spot is not None and args.bought_as_spot.rebalance else None,
        vpc_zone_identifiers=subnet_ids,
        placement_group=args.placement_group,
        target_group_arns=list(target_group_arns) or None,
        health_check_type="ELB" if target_group_arns else "EC2",
        health_check_grace_period=args.health_check_grace_seconds,
        default_instance_warmup=args.warmup_seconds,
        default_cooldown=args.cooldown_seconds,
        termination_policies=list(args.termination_policies) or None,
        protect_from_scale_in=args.scale_in_protection or None,
        max_instance_lifetime=None if args.max_lifetime_days is None else args.max_lifetime_days * 86400,
        suspended_processes=list(args.suspended_processes) or None,
        enabled_metrics=list(METRICS) if args.group_metrics else None,
        instance_refresh=_refresh(args),
        # by default `up` does not wait: capacity may come in a minute or in a day, or not at all in an ended block
        wait_for_capacity_timeout=f"{args.wait_for_capacity_minutes}m" if args.wait_for_capacity_minutes else "0",
        tags=[
            aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
            for key, value in {"Name": owner.name, **args.tags}.items()
        ],
        opts=owner.below(ignore_changes=_ignored(args), depends_on=list(needs)),
    )


def make_actions(owner: Component, args: AcceleratorClusterArgs, group: aws.autoscaling.Group) -> None:
    """Scheduled changes of the number of machines, and the time that a machine gets to end its work."""
    for one in actions(args):
        aws.autoscaling.Schedule(
            owner.child(one.role),
            scheduled_action_name=one.role,
            autoscaling_group_name=group.name,
            min_size=one.min,
            max_size=one.max,
            desired_capacity=one.desired,
            recurrence=one.recurrence,
            time_zone=one.time_zone,
            start_time=one.start_time,
            opts=owner.below(),
        )
    if args.drains is not None:
        aws.autoscaling.LifecycleHook(
            owner.child("drain-hook"),
            name=DRAIN_HOOK,
            autoscaling_group_name=group.name,
            lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
            heartbeat_timeout=args.drains.seconds,
            default_result="CONTINUE",
            opts=owner.below(
                # the provider would put the hook on a new group and leave it on the old one
                replace_on_changes=["autoscalingGroupName"],
                delete_before_replace=True,
            ),
        )


def actions(args: AcceleratorClusterArgs) -> list[Action]:
    if args.launch is False:
        return []
    found: list[Action] = []
    block, schedule = args.capacity_block, args.schedule
    if block is not None:
        # A block lies within a year, so each of these comes once. See once_a_year for why it is a recurrence: the same
        # stack file can be applied before the block, in it and long after it, and AWS has nothing to refuse.
        if block.starts_at is not None and args.launch is None:
            found.append(Action("block-start", AS_IT_IS, AS_IT_IS, args.wanted, once_a_year(block.starts_at)))
        ahead = minutes_before_end(args) + block.drain_minutes + LATE_MINUTES
        found.append(Action("block-end", 0, AS_IT_IS, 0, once_a_year(block.ends_at, -ahead)))
    if schedule is not None and schedule.start is not None and schedule.stop is not None:
        zone = time_zone(schedule.time_zone or "UTC")
        found.append(Action("start", args.min, args.max, args.wanted, recurrence(schedule.start), zone))
        found.append(Action("stop", 0, AS_IT_IS, 0, recurrence(schedule.stop), zone))
    if schedule is not None and schedule.teardown_at is not None:
        found.append(Action("teardown", 0, 0, 0, start_time=start_time(schedule.teardown_at)))
    return found


def minutes_before_end(args: AcceleratorClusterArgs) -> int:
    """How long before a block's end its machines have to be gone."""
    rules = capacity_block_rules("ultraservers" if machine(args.instance_type).in_ultraserver else "machines")
    if rules.owner_ends_minutes_before is not None:
        return rules.owner_ends_minutes_before
    return _minutes(rules.ends_at_utc) - _minutes(rules.machines_end_at_utc or rules.ends_at_utc)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _desired(args: AcceleratorClusterArgs) -> int | None:
    """None where a scheduled action sets it: setting it here would undo that with every `up`."""
    if args.launch is False:
        return 0
    if args.capacity_block is not None:
        return args.wanted if args.launch else None
    desired: int | None = args.desired
    return desired


def _ignored(args: AcceleratorClusterArgs) -> list[str] | None:
    """What others change between two `up`s: a group at night must not be woken by one that only refreshed the state."""
    if args.launch is not None:
        return None
    if args.schedule is not None and args.schedule.start is not None:
        return SIZES
    balancer = args.load_balancer
    return ["desiredCapacity"] if balancer is not None and balancer.requests_per_minute_each is not None else None


def _mixed(
    args: AcceleratorClusterArgs, template_id: pulumi.Input[str], version: pulumi.Input[str]
) -> aws.autoscaling.GroupMixedInstancesPolicyArgs:
    spot = args.bought_as_spot
    distribution: dict[str, Any] = (
        {"on_demand_allocation_strategy": "prioritized", "on_demand_percentage_above_base_capacity": 100}
        if spot is None
        else {
            "on_demand_base_capacity": spot.on_demand_base,
            "on_demand_percentage_above_base_capacity": spot.on_demand_percent,
            "on_demand_allocation_strategy": "prioritized",
            "spot_allocation_strategy": spot.allocation,
            "spot_max_price": None if spot.max_price_usd is None else format(Decimal(str(spot.max_price_usd)), "f"),
        }
    )
    return aws.autoscaling.GroupMixedInstancesPolicyArgs(
        instances_distribution=aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(**distribution),
        launch_template=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs(
            launch_template_specification=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs(
                launch_template_id=template_id, version=version
            ),
            overrides=[
                aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs(instance_type=name)
                for name in (args.instance_type, *args.further_instance_types)
            ],
        ),
    )


def _reservations(args: AcceleratorClusterArgs) -> aws.autoscaling.GroupCapacityReservationSpecificationArgs | None:
    if args.reservation is None:
        if args.purchase != "on-demand":
            return None
        # the provider leaves alone what is left out, so that a reservation that is given up would go on being wanted
        return aws.autoscaling.GroupCapacityReservationSpecificationArgs(capacity_reservation_preference="default")
    preference = {"none": "capacity-reservations-only", "on-demand": "capacity-reservations-first"}
    return aws.autoscaling.GroupCapacityReservationSpecificationArgs(
        capacity_reservation_preference=preference[args.reservation.beyond],
        capacity_reservation_target=aws.autoscaling.GroupCapacityReservationSpecificationCapacityReservationTargetArgs(
            capacity_reservation_ids=list(args.reservation.ids) or None,
            capacity_reservation_resource_group_arns=list(args.reservation.resource_group_arns) or None,
        ),
    )


def _refresh(args: AcceleratorClusterArgs) -> aws.autoscaling.GroupInstanceRefreshArgs | None:
    """The provider starts one whenever the template's version changes."""
    if not args.update_nodes:
        return None
    wanted = args.refreshes
    return aws.autoscaling.GroupInstanceRefreshArgs(
        strategy="Rolling",
        preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
            min_healthy_percentage=wanted.min_healthy_percent,
            max_healthy_percentage=wanted.max_healthy_percent,
            instance_warmup=None if wanted.warmup_seconds is None else str(wanted.warmup_seconds),
            skip_matching=wanted.skip_matching or None,
            scale_in_protected_instances=wanted.protected,
        ),
    )
