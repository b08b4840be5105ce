"""A load balancer before the machines of an accelerator cluster, with groups that let only its own traffic through."""

from __future__ import annotations

from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from ...component import Component
from .balancer_args import LoadBalancer

AcceleratorClusterArgs = Any  # its module imports this one

LONGEST_NAME = 32  # ELBv2 CreateLoadBalancer and CreateTargetGroup, Name
ROLES = {
    "balancer": "The load balancer.",
    "balancer-group": "The load balancer's security group.",
    "balancer-in-*": "Clients that may connect to it.",
    "balancer-out-*": "What it may connect to: the port that serves, and the one that is asked.",
    "served-group": "The machines' security group for what the load balancer sends them.",
    "served-in-*": "The load balancer's traffic to the machines.",
    "targets": "The machines as the load balancer sees them.",
    "listener": "The port that clients use.",
    "scaling": "What lets the group grow and shrink with its requests.",
}


class Balancer(NamedTuple):
    """What the group and the outputs need of it."""

    balancer: aws.lb.LoadBalancer
    targets: aws.lb.TargetGroup
    listener: aws.lb.Listener
    group_id: pulumi.Output[str]
    served_group_id: pulumi.Output[str]  # for the machines


def make_balancer(owner: Component, args: AcceleratorClusterArgs, wanted: LoadBalancer) -> Balancer:
    front = _group(owner, "balancer-group", "Load balancer of an accelerator cluster", wanted)
    back = _group(owner, "served-group", "Machines that a load balancer sends requests to", wanted)
    rules = _rules(owner, wanted, front.id, back.id)
    balancer = aws.lb.LoadBalancer(
        owner.child("balancer"),
        load_balancer_type=wanted.type,
        internal=wanted.internal,
        subnets=args.subnet_ids if wanted.subnet_ids is None else wanted.subnet_ids,
        security_groups=[front.id],
        idle_timeout=wanted.idle_timeout_seconds if wanted.application else None,
        drop_invalid_header_fields=True if wanted.application else None,
        enable_cross_zone_load_balancing=None if wanted.application else True,  # an application one always does
        enable_deletion_protection=wanted.deletion_protection,
        access_logs=None
        if wanted.access_logs is None
        else aws.lb.LoadBalancerAccessLogsArgs(
            bucket=wanted.access_logs.bucket, prefix=wanted.access_logs.prefix, enabled=True
        ),
        tags=owner.named_tags("balancer"),
        opts=owner.below(depends_on=rules),
    )
    targets = _targets(owner, wanted)
    listener = aws.lb.Listener(
        owner.child("listener"),
        load_balancer_arn=balancer.arn,
        port=wanted.listens,
        protocol=wanted.listener_protocol,
        certificate_arn=wanted.certificate_arn,
        ssl_policy=None if wanted.certificate_arn is None else wanted.tls_policy,
        tcp_idle_timeout_seconds=wanted.idle_timeout_seconds if wanted.listener_protocol == "TCP" else None,
        default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
        tags=owner.named_tags("listener"),
        opts=owner.below(),
    )
    return Balancer(balancer, targets, listener, front.id, back.id)


def make_scaling(owner: Component, wanted: LoadBalancer, made: Balancer, group: aws.autoscaling.Group) -> None:
    if wanted.requests_per_minute_each is None:
        return
    aws.autoscaling.Policy(
        owner.child("scaling"),
        autoscaling_group_name=group.name,
        policy_type="TargetTrackingScaling",
        target_tracking_configuration=aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            target_value=wanted.requests_per_minute_each,
            predefined_metric_specification=aws.autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs(
                predefined_metric_type="ALBRequestCountPerTarget",
                resource_label=pulumi.Output.concat(made.balancer.arn_suffix, "/", made.targets.arn_suffix),
            ),
        ),
        opts=owner.below(depends_on=[made.listener]),
    )


def url(wanted: LoadBalancer, made: Balancer) -> pulumi.Output[str]:
    scheme = {"HTTP": "http", "HTTPS": "https", "TCP": "tcp", "TLS": "tls"}[wanted.listener_protocol]
    usual = {"http": 80, "https": 443}.get(scheme)
    port = pulumi.Output.from_input(wanted.listens).apply(lambda one: "" if one == usual else f":{one}")
    return pulumi.Output.concat(scheme, "://", made.balancer.dns_name, port)


def _group(owner: Component, role: str, description: str, wanted: LoadBalancer) -> aws.ec2.SecurityGroup:
    return aws.ec2.SecurityGroup(
        owner.child(role),
        vpc_id=wanted.vpc_id,
        description=description,  # changing it would replace the group
        tags=owner.named_tags(role),
        opts=owner.below(),
    )


def _rules(
    owner: Component, wanted: LoadBalancer, front: pulumi.Output[str], back: pulumi.Output[str]
) -> list[pulumi.Resource]:
    made: list[pulumi.Resource] = []
    for name, side in wanted.clients.items():
        role = f"balancer-in-{name}"
        made.append(
            aws.vpc.SecurityGroupIngressRule(
                owner.child(role),
                security_group_id=front,
                ip_protocol="tcp",
                from_port=wanted.listens,
                to_port=wanted.listens,
                referenced_security_group_id=side.security_group_id,
                prefix_list_id=side.prefix_list_id,
                cidr_ipv4=side.cidr,
                tags=owner.named_tags(role),
                opts=owner.below(),
            )
        )
    ports: dict[str, pulumi.Input[int]] = {"serving": wanted.port}
    asked = wanted.health_check.port
    if asked is not None and asked is not wanted.port and asked != wanted.port:
        ports["health"] = asked
    for name, port in ports.items():
        into, out = f"served-in-{name}", f"balancer-out-{name}"
        made.append(
            aws.vpc.SecurityGroupEgressRule(
                owner.child(out),
                security_group_id=front,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                referenced_security_group_id=back,
                tags=owner.named_tags(out),
                opts=owner.below(),
            )
        )
        made.append(
            aws.vpc.SecurityGroupIngressRule(
                owner.child(into),
                security_group_id=back,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                referenced_security_group_id=front,
                tags=owner.named_tags(into),
                opts=owner.below(),
            )
        )
    return made


def _targets(owner: Component, wanted: LoadBalancer) -> aws.lb.TargetGroup:
    check = wanted.health_check
    asks_http = wanted.asks != "TCP"
    return aws.lb.TargetGroup(
        owner.child("targets"),
        vpc_id=wanted.vpc_id,
        port=wanted.port,
        protocol=wanted.spoken,
        target_type="instance",
        deregistration_delay=wanted.deregistration_delay_seconds,
        load_balancing_algorithm_type=wanted.algorithm if wanted.application else None,
        # the machines admit the balancer's group, so it has to be the balancer that they see
        preserve_client_ip=None if wanted.application else "false",
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            protocol=wanted.asks,
            path=check.path if asks_http else None,
            port="traffic-port" if check.port is None else pulumi.Output.from_input(check.port).apply(str),
            matcher=(check.codes or "200") if asks_http else None,
            interval=check.interval_seconds,
            timeout=check.timeout_seconds,
            healthy_threshold=check.healthy_after,
            unhealthy_threshold=check.unhealthy_after,
        ),
        tags=owner.named_tags("targets"),
        opts=owner.below(),
    )
