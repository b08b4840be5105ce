"""An auto scaling group of any accelerated machine, bought in any way, for training or behind a load balancer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from .. import component
from ..addresses import ZoneId
from ..component import Component, Input
from ..names import RuleName
from ..refusals import refuse
from ._accelerator.args import ClusterMount, Count, Image, InstanceType, Process, Refresh, S3Uri, TerminationPolicy
from ._accelerator.balancer import LONGEST_NAME, ROLES, Balancer, make_balancer, make_scaling, url
from ._accelerator.balancer_args import LoadBalancer
from ._accelerator.group import actions, make_actions, make_group
from ._accelerator.interruptions import make_interruptions
from ._accelerator.machines import at_most, types_of, uses_efa
from ._accelerator.purchase import CapacityBlock, Drain, Purchase, Reservation, Spot
from ._accelerator.refusals import impossible
from ._accelerator.role import make_drain_policy, make_policies, make_role
from ._accelerator.template import make_template
from ._logs import RetentionDays
from ._trn2_ultraserver_cluster_parts import DataBucket, RootVolume


class AcceleratorClusterArgs(component.ScheduledArgs):
    instance_type: InstanceType = Field(description="Type of the machines, by catalogue name, as p5en.48xlarge.")
    further_instance_types: list[InstanceType] = Field(
        default=[],
        description="Types that may stand in for it, in the order in which they are liked; spot machines need some.",
    )
    min: Count = Field(default=0, description="Fewest machines.")
    max: Annotated[int, Field(ge=1)] = Field(description="Most machines; of a capacity block or UltraServer, all.")
    desired: Count | None = Field(
        default=None,
        description="Machines that are wanted; min if left out, and max in a capacity block. With a schedule a change "
        "of these three counts from its next start.",
    )
    launch: bool | None = Field(
        default=None,
        description="Whether there are machines, whatever scheduled actions say: true sets their number with this "
        "`up`, as for a block that has begun; false sets it to zero and makes no scheduled actions, as after a block's "
        "end or after teardown_at. If left out a block's machines come at starts_at, and others at once.",
    )
    purchase: Purchase = Field(default="on-demand", description="How the machines are bought.")
    spot: Spot | None = Field(default=None, description="Details of spot machines.")
    reservation: Reservation | None = Field(default=None, description="The reservations to launch into.")
    capacity_block: CapacityBlock | None = Field(default=None, description="The capacity block to launch into.")
    subnet_ids: Input[Annotated[list[Input[str]], Field(min_length=1)]] = Field(
        description="Subnets of the machines, private; of one zone for EFA, placement groups, reservations and blocks."
    )
    availability_zone_ids: Input[list[Input[ZoneId]]] = Field(
        default=[], description="Zones of these subnets by id, where they are known; only for checks."
    )
    security_group_ids: list[Input[str]] = Field(
        min_length=1,
        description="Groups of all interfaces; for EFA one must let everything through to and from itself.",
    )
    placement_group: Input[str] | None = Field(
        default=None, description="Name of a placement group; that of the reservation, none for a capacity block."
    )
    image: Input[Image] | None = Field(
        default=None,
        description="Name in the catalogue, AMI id, or SSM parameter that is looked up at each launch; if left out the "
        "deep learning image for the machines' chip and processor.",
    )
    root_volume: RootVolume = Field(
        default=RootVolume(), description="The disk with the operating system, always encrypted."
    )
    efa: bool | None = Field(
        default=None, description="Whether EFA is used; if left out, on machines with several network cards."
    )
    efa_layout: str | None = Field(
        default=None,
        description="How EFA devices are put on the network cards, by catalogue name; the usual one if left out.",
    )
    public_ip: bool = Field(
        default=False, description="Whether machines get a public address; only with a single network interface."
    )
    logical_neuron_cores: Literal[1, 2] | None = Field(
        default=None, description="Physical NeuronCores that programs see as one, on Trainium2."
    )
    mounts: list[ClusterMount] = Field(default=[], description="Lustre file systems that every machine mounts.")
    bootstrap: Input[str] | None = Field(
        default=None,
        description="Script that runs once, as root, on every machine that has passed its checks; no secrets in it.",
    )
    checkpoints: Input[S3Uri] | None = Field(
        default=None,
        description="Place for checkpoints as s3://bucket/prefix: machines may write there, and find it in "
        "ULTRASTACK_CHECKPOINTS.",
    )
    drain: Drain | None = Field(
        default=None,
        description="Time and script for a machine that has to go; spot machines have one if it is left out.",
    )
    data_buckets: list[DataBucket] = Field(default=[], description="S3 buckets that machines may use.")
    kms_key_arns: list[Input[str]] = Field(default=[], description="KMS keys that the data is encrypted with.")
    policy_arns: dict[RuleName, Input[str]] = Field(
        default={}, description="Further IAM policies for the machines, under names of your choice."
    )
    session_manager: bool = Field(default=True, description="Whether machines can be reached with AWS Systems Manager.")
    key_name: Input[str] | None = Field(default=None, description="EC2 key pair for SSH.")
    metadata_hop_limit: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2, description="Network hops to the instance metadata, which needs a token; containers need 2."
    )
    detailed_monitoring: bool = Field(default=True, description="Whether CloudWatch metrics come every minute.")
    group_metrics: bool = Field(default=True, description="Whether CloudWatch shows how many machines there are.")
    log_retention_days: RetentionDays = Field(
        default=30, description="Days after which the machines' start-up log is deleted."
    )
    load_balancer: LoadBalancer | None = Field(
        default=None, description="Load balancer before the machines; those that do not answer it are replaced."
    )
    health_check_grace_seconds: Count = Field(
        default=900, description="Seconds that a machine has to start, and to load its model, before it is judged."
    )
    warmup_seconds: Count | None = Field(
        default=None, description="Seconds after which a new machine counts in metrics and refreshes."
    )
    cooldown_seconds: Count | None = Field(
        default=None, description="Seconds between two simple scalings; 300 if left out."
    )
    termination_policies: list[TerminationPolicy] = Field(
        default=[], description="Which machines go first when there are too many."
    )
    scale_in_protection: bool = Field(
        default=False, description="Whether new machines are kept when the group shrinks, until somebody releases them."
    )
    suspended_processes: list[Process] = Field(
        default=[], description="What the group does not do by itself, such as AZRebalance."
    )
    max_lifetime_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None, description="Days after which a machine is replaced; never if left out."
    )
    update_nodes: bool = Field(
        default=False,
        description="Whether running machines follow changes of the launch template, by an instance refresh; new ones "
        "always do.",
    )
    refresh: Refresh | None = Field(default=None, description="How update_nodes replaces machines.")
    wait_for_capacity_minutes: Count = Field(
        default=0,
        description="Minutes that `up` waits until all machines run, and then fails; 0 waits for nothing.",
    )

    @model_validator(mode="after")
    def _possible(self) -> AcceleratorClusterArgs:
        refuse(impossible(self))
        return self

    @property
    def wanted(self) -> int:
        """Machines that are wanted while there are any."""
        if self.desired is not None:
            return self.desired
        return self.max if self.capacity_block is not None else self.min

    @property
    def bought_as_spot(self) -> Spot | None:
        return (self.spot or Spot()) if self.purchase == "spot" else None

    @property
    def drains(self) -> Drain | None:
        return self.drain or (Drain() if self.purchase == "spot" else None)

    @property
    def refreshes(self) -> Refresh:
        return self.refresh or Refresh()


class AcceleratorCluster(Component):
    token = "ultrastack:aws:AcceleratorCluster"
    cloud = "aws"
    Args = AcceleratorClusterArgs
    roles = {
        "role": "What the machines act as.",
        "own-policy": "Permission to send the log.",
        "data-policy": "Permission to use the data buckets, the place for checkpoints and their keys.",
        "drain-policy": "Permission to say that a machine may be ended now.",
        "session-manager": "What lets Systems Manager reach the machines.",
        "policy-*": "A further policy of the role.",
        "profile": "What hands the role to the machines.",
        "log-group": "The machines' start-up log.",
        "template": "What all machines are launched from.",
        "group": "The auto scaling group.",
        "block-start": "Launches the machines when their capacity block starts.",
        "block-end": "Ends the machines in time before their capacity block ends.",
        "start": "Launches the machines, by the step's schedule.",
        "stop": "Ends the machines, by the step's schedule.",
        "teardown": "Ends the machines for good, by the step's schedule.",
        "drain-hook": "Gives a machine time before it is ended.",
        "interruption-rule": "Catches the events of spot machines that are taken back.",
        "interruption-topic": "Who hears of these events.",
        "interruption-topic-policy": "Permission for the rule to publish to the topic.",
        "interruption-log": "Log of these events.",
        "interruption-log-policy": "Permission for EventBridge to write that log.",
        "interruption-to-*": "Sends these events somewhere.",
        **ROLES,
    }

    longest = {"role": 64, "template": 125}  # IAM CreateRole, RoleName; the provider's limit for launch templates

    group_name: Annotated[pulumi.Output[str], "Name of the auto scaling group."]
    group_arn: Annotated[pulumi.Output[str], "ARN of the auto scaling group."]
    launch_template_id: Annotated[pulumi.Output[str], "Launch template of all machines."]
    role_arn: Annotated[pulumi.Output[str], "ARN of the machines' role."]
    role_name: Annotated[pulumi.Output[str], "Name of the machines' role."]
    log_group_name: Annotated[pulumi.Output[str], "Log group of the machines' start-up."]
    machine_accelerators: Annotated[pulumi.Output[int], "Accelerators of one machine of the type that is wanted."]
    machine_hbm_gib: Annotated[pulumi.Output[float] | None, "Their memory in GiB; absent where it is unknown."]
    machine_efa_gbps: Annotated[pulumi.Output[float], "Bandwidth of its EFA devices in Gbit/s; 0 without EFA."]
    accelerators: Annotated[pulumi.Output[int], "Accelerators of the cluster at its largest."]
    hbm_gib: Annotated[pulumi.Output[float] | None, "Their memory in GiB; absent where it is unknown."]
    efa_gbps: Annotated[pulumi.Output[float], "Bandwidth of all their EFA devices in Gbit/s."]
    machines_max: Annotated[pulumi.Output[int], "Machines of the cluster at its largest."]
    scheduled_actions: Annotated[list[pulumi.Output[str]], "Names of the scheduled actions that change their number."]
    ssm_command: Annotated[
        pulumi.Output[str] | None, "Command that opens a shell on one machine; absent without session_manager."
    ]
    interruption_topic_arn: Annotated[
        pulumi.Output[str] | None, "Topic that hears of spot machines that are taken back; absent if there is none."
    ]
    url: Annotated[pulumi.Output[str] | None, "Where clients reach the load balancer; absent without one."]
    load_balancer_arn: Annotated[pulumi.Output[str] | None, "ARN of the load balancer; absent without one."]
    load_balancer_dns_name: Annotated[pulumi.Output[str] | None, "DNS name of the load balancer; absent without one."]
    load_balancer_zone_id: Annotated[
        pulumi.Output[str] | None, "Hosted zone of that name, for an alias record; absent without one."
    ]
    load_balancer_security_group_id: Annotated[
        pulumi.Output[str] | None, "Security group of the load balancer; absent without one."
    ]
    target_group_arn: Annotated[
        pulumi.Output[str] | None, "The machines as the load balancer sees them; absent without one."
    ]

    def __init__(self, name: str, args: AcceleratorClusterArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        role = make_role(self)
        # Machines find it through the name of their own role, which the metadata service tells them.
        self.log_group_name = pulumi.Output.concat("/ultrastack/", role.name)
        allowed = make_policies(self, args, role, self.log_group_name)
        served = None if args.load_balancer is None else make_balancer(self, args, args.load_balancer)
        template = self._make_template(role, served)
        needs = [*allowed, *([served.listener] if served else [])]
        targets = [served.targets.arn] if served else []
        group = make_group(self, args, template, targets, needs)
        make_actions(self, args, group)
        make_drain_policy(self, args, role, group)
        spot = args.bought_as_spot
        heard = spot is not None and spot.interruptions.heard
        self.interruption_topic_arn = make_interruptions(self, args, spot.interruptions) if spot and heard else None
        if args.load_balancer is not None and served is not None:
            make_scaling(self, args.load_balancer, served, group)

        self.group_name, self.group_arn, self.launch_template_id = group.name, group.arn, template.id
        self.role_arn, self.role_name = role.arn, role.name
        self.scheduled_actions = [pulumi.Output.from_input(one.role) for one in actions(args)]
        self.ssm_command = self._command(group.name) if args.session_manager else None
        self._count()
        self._balance(served)
        self.finish()

    @classmethod
    def too_long(cls, name: str, given: Any) -> str:
        made = super().too_long(name, given)
        if made or given.get("load_balancer") is None:
            return made
        role, room = "balancer", LONGEST_NAME - component.AUTONAME - len("-balancer")
        if len(name) > room:
            words = f"is too long for its {role}, whose name in the cloud has at most {LONGEST_NAME} characters"
            return f"{words}; fix: use at most {room} characters"
        if name.startswith("internal-"):  # ELBv2 CreateLoadBalancer, Name
            return "begins with internal-, as no load balancer's name may; fix: put another word first"
        return ""

    def _make_template(self, role: aws.iam.Role, served: Balancer | None) -> aws.ec2.LaunchTemplate:
        profile = aws.iam.InstanceProfile(
            self.child("profile"), role=role.name, tags=self.named_tags("profile"), opts=self.below()
        )
        groups = [*self._args.security_group_ids, *([served.served_group_id] if served else [])]
        return make_template(self, self._args, profile.arn, groups)

    def _command(self, group: pulumi.Output[str]) -> pulumi.Output[str]:
        return pulumi.Output.concat(
            "aws ssm start-session --target $(aws ec2 describe-instances --filters "
            "Name=instance-state-name,Values=running Name=tag:aws:autoscaling:groupName,Values=",
            group,
            " --query 'Reservations[0].Instances[0].InstanceId' --output text)",
        )

    def _count(self) -> None:
        args = self._args
        rows, efa = types_of(args), uses_efa(args)
        first, most = rows[0], args.max
        hbm = at_most([row.accelerator_memory_gib for row in rows], most)
        self.machines_max = pulumi.Output.from_input(most)
        self.machine_accelerators = pulumi.Output.from_input(first.accelerators)
        self.accelerators = pulumi.Output.from_input(most * max(row.accelerators for row in rows))
        each = first.accelerator_memory_gib
        self.machine_hbm_gib = None if each is None else pulumi.Output.from_input(each)
        self.hbm_gib = None if hbm is None else pulumi.Output.from_input(round(hbm, 2))
        self.machine_efa_gbps = pulumi.Output.from_input(first.efa_gbps if efa else 0.0)
        self.efa_gbps = pulumi.Output.from_input(most * max(row.efa_gbps for row in rows) if efa else 0.0)

    def _balance(self, served: Balancer | None) -> None:
        wanted = self._args.load_balancer
        there = served is not None and wanted is not None
        self.url = url(wanted, served) if there else None  # type: ignore[arg-type]  # both are there
        self.load_balancer_arn = served.balancer.arn if served else None
        self.load_balancer_dns_name = served.balancer.dns_name if served else None
        self.load_balancer_zone_id = served.balancer.zone_id if served else None
        self.load_balancer_security_group_id = served.group_id if served else None
        self.target_group_arn = served.targets.arn if served else None
