"""Trn2 UltraServers, each four machines on a capacity block of its own, that come up ready for one job."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator, Field, field_validator, model_validator

from ultrastack.catalog import UnknownRow, efa_layout, image_parameter, image_parameters, machine, ultraserver
from ultrastack.model.schedule import Schedule

from .. import component
from ..component import Component, Input
from ..names import RuleName
from ..refusals import Wrong, refuse
from . import _trn2_ultraserver_cluster_schedule as by_itself
from ._launch_template import launched_tags, metadata_options
from ._logs import RetentionDays
from ._neuron_boot import Mounted, Node, user_data
from ._node_policy import data_policy, own_policy, trust
from ._trn2_ultraserver_cluster_parts import DataBucket, Mount, RootVolume, UltraServer

MACHINE = "trn2u.48xlarge"
ULTRASERVER = "trn2"
SSM_CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"  # Trn2 is in no other partition (catalogue)
RANK_BYTES = len("i-0123456789abcdef0 255.255.255.255\n")
# What FSx makes up, so that the size of user data can be judged before: fs- and 17 digits, and a name of 8 characters
LONGEST_MOUNT = ("fs-0123456789abcdef0.fsx.ap-southeast-4.amazonaws.com", "abcdefgh")
PARAMETER_BYTES = {"Standard": 4096, "Advanced": 8192}  # botocore ssm PutParameter.Value


def _image(given: str) -> str:
    if not given.startswith(("ami-", "resolve:ssm:", "/")):
        try:
            image_parameter(given)
        except UnknownRow as unknown:
            hint = f"use '{near}'" if (near := unknown.nearest()) else "write an AMI id or an SSM parameter"
            raise ValueError(f"cannot be found in the catalogue; fix: {hint}") from None
    return given


class Trn2UltraserverClusterArgs(component.ScheduledArgs):
    ultraservers: list[UltraServer] = Field(description="The UltraServers that were bought, by their reservations.")
    subnet_id: Input[str] = Field(description="Subnet of all nodes, private, in the zone of the blocks.")
    security_group_ids: list[Input[str]] = Field(
        min_length=1, description="Groups of all interfaces; one must let everything through to and from itself."
    )
    image: Input[Annotated[str, AfterValidator(_image)]] = Field(
        default="neuron-multi-framework-ubuntu-24.04",
        description="Name in the catalogue, AMI id, or SSM parameter; a parameter is looked up at each launch.",
    )
    root_volume: RootVolume = Field(
        default=RootVolume(), description="The disk with the operating system, always encrypted."
    )
    efa_layout: str = Field(
        default=efa_layout(MACHINE).layout,
        description="How the EFA devices are put on the network cards, by catalogue name.",
    )
    logical_neuron_cores: Literal[1, 2] = Field(
        default=2, description="Physical NeuronCores that programs see as one (NEURON_LOGICAL_NC_CONFIG)."
    )
    mounts: list[Mount] = Field(default=[], description="Lustre file systems that every node mounts.")
    bootstrap: Input[str] | None = Field(
        default=None,
        description="Script that runs once, as root, on every node that has passed its checks; no secrets in it.",
    )
    data_buckets: list[DataBucket] = Field(default=[], description="S3 buckets that nodes may use.")
    kms_key_arns: list[Input[str]] = Field(default=[], description="KMS keys that the data is encrypted with.")
    policy_arns: dict[RuleName, Input[str]] = Field(
        default={}, description="Further IAM policies for the nodes, under names of your choice."
    )
    session_manager: bool = Field(default=True, description="Whether nodes can be reached with AWS Systems Manager.")
    metadata_hop_limit: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2, description="Network hops to the instance metadata, which needs a token; containers need 2."
    )
    detailed_monitoring: bool = Field(default=True, description="Whether CloudWatch metrics come every minute.")
    log_retention_days: RetentionDays = Field(
        default=30, description="Days after which the nodes' start-up log is deleted."
    )
    schedule: Schedule | None = Field(
        default=None,
        description="When the nodes stop and start by themselves (the step's `schedule`): they keep their root volumes "
        "and lose their local disks, and a block or reservation costs the same while they are stopped.",
    )
    update_nodes: bool = Field(
        default=False,
        description="Whether running nodes follow changes of the launch template: each change then replaces them all; "
        "new nodes always follow them.",
    )

    @field_validator("efa_layout")
    @classmethod
    def _known_layout(cls, given: str) -> str:
        try:
            return efa_layout(MACHINE, given).layout
        except UnknownRow as unknown:
            raise ValueError(f"cannot be found in the catalogue; fix: use one of {', '.join(unknown.known)}") from None

    @model_validator(mode="after")
    def _possible(self) -> Trn2UltraserverClusterArgs:
        refuse(_impossible(self))
        return self

    @property
    def launched(self) -> list[UltraServer]:
        return [one for one in self.ultraservers if one.launch]

    @property
    def node_count(self) -> int:
        return len(self.launched) * ultraserver(ULTRASERVER).machines

    @property
    def node(self) -> Node:
        return Node(
            neuron_devices=machine(MACHINE).accelerators,
            efa_devices=efa_layout(MACHINE, self.efa_layout).efa_devices,
            logical_neuron_cores=self.logical_neuron_cores,
            nodes_per_ultraserver=ultraserver(ULTRASERVER).machines,
        )


def _impossible(args: Trn2UltraserverClusterArgs) -> Iterator[Wrong]:
    yield from by_itself.wrong(args.schedule, args.node_count, ultraserver(ULTRASERVER).machines)
    if twice := _twice(one.key for one in args.ultraservers):
        yield Wrong("ultraservers", f"has {twice} twice; fix: give each UltraServer a block and a name of its own")
    blocks = [one.id for one in args.ultraservers if one.kind == "capacity-block" and isinstance(one.id, str)]
    if twice := _twice(blocks):
        yield Wrong("ultraservers", f"has {twice} twice; fix: give each UltraServer the block that was bought for it")
    if twice := _twice(mount.path.rstrip("/") for mount in args.mounts):
        yield Wrong("mounts", f"has {twice} twice; fix: give each file system a path of its own")
    if args.node_count * RANK_BYTES > max(PARAMETER_BYTES.values()):
        most = max(PARAMETER_BYTES.values()) // RANK_BYTES // ultraserver(ULTRASERVER).machines
        yield Wrong("ultraservers", f"has more than {most}, whose ranks fit no SSM parameter; fix: make two clusters")
    if isinstance(args.bootstrap, str):
        try:
            user_data(args.node, [Mounted(*LONGEST_MOUNT, mount.path) for mount in args.mounts], args.bootstrap)
        except ValueError as e:
            yield Wrong("bootstrap", str(e))


def _twice(names: Iterable[str]) -> str:
    """The first name that comes again."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


class Trn2UltraserverCluster(Component):
    token = "ultrastack:aws:Trn2UltraserverCluster"
    cloud = "aws"
    Args = Trn2UltraserverClusterArgs
    roles = {
        "role": "What the nodes act as.",
        "own-policy": "Permission to send the log and read the ranks.",
        "data-policy": "Permission to use the data buckets and their keys.",
        "session-manager": "What lets Systems Manager reach the nodes.",
        "policy-*": "A further policy of the role.",
        "profile": "What hands the role to the nodes.",
        "log-group": "The nodes' start-up log.",
        "template": "What all nodes are launched from.",
        "*-node-*": "A node of an UltraServer.",
        "ranks": "The table that tells nodes their ranks and peers.",
        "start-*": "What starts an UltraServer's nodes by the step's schedule.",
        "stop-*": "What stops them by it; a block or reservation costs the same meanwhile.",
        "teardown-*": "What stops them for good, at the schedule's teardown_at.",
        "schedule-role": "What those act as.",
        "schedule-policy": "Permission to stop and start these nodes, and no others.",
    }

    longest = {"role": 64, "template": 125}  # IAM CreateRole, RoleName; the provider's limit for launch templates

    instance_ids: Annotated[list[pulumi.Output[str]], "Nodes, by rank."]
    private_ips: Annotated[list[pulumi.Output[str]], "Addresses of the nodes, by rank."]
    rank_table: Annotated[
        list[dict[str, Any]], "For each node: rank, ultraserver, node, instance_id, private_ip, hostname."
    ]
    coordinator: Annotated[pulumi.Output[str] | None, "Address of the node of rank 0; absent without nodes."]
    reservation_ids: Annotated[dict[str, pulumi.Output[str]], "UltraServer -> its block, or group of blocks."]
    ultraserver_count: Annotated[pulumi.Output[int], "Number of UltraServers whose nodes exist."]
    chips: Annotated[pulumi.Output[int], "Number of Trainium2 chips of those nodes."]
    hbm_gib: Annotated[pulumi.Output[float], "Device memory of those chips in GiB."]
    efa_interfaces: Annotated[pulumi.Output[int], "Number of EFA devices of those nodes."]
    efa_gbps: Annotated[pulumi.Output[float], "Bandwidth of those devices in Gbit/s."]
    ssm_commands: Annotated[list[pulumi.Output[str]], "Commands that open a shell on a node, by rank."]
    role_arn: Annotated[pulumi.Output[str], "ARN of the nodes' role."]
    role_name: Annotated[pulumi.Output[str], "Name of the nodes' role."]
    launch_template_id: Annotated[pulumi.Output[str], "Launch template of all nodes."]
    log_group_name: Annotated[pulumi.Output[str], "Log group of the nodes' start-up."]
    ranks_parameter: Annotated[pulumi.Output[str], "SSM parameter with the ranks."]

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        return by_itself.too_long(name, given) or super().too_long(name, given)

    def __init__(self, name: str, args: Trn2UltraserverClusterArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        role = self._make_role()
        # Nodes find both through the name of their own role, which the metadata service tells them:
        # the user data is the same for all and holds nothing that is only known later but the mounts.
        self.log_group_name = pulumi.Output.concat("/ultrastack/", role.name)
        self.ranks_parameter = pulumi.Output.concat("/ultrastack/", role.name, "/ranks")
        allowed = self._make_policies(role)
        template = self._make_template(role)
        nodes = {
            (one.key, n): self._make_node(template, one, n, allowed)
            for one in args.launched
            for n in range(ultraserver(ULTRASERVER).machines)
        }
        self._make_ranks(list(nodes.values()))
        by_ultraserver = {
            one.key: [node for (key, _), node in nodes.items() if key == one.key] for one in args.launched
        }
        by_itself.make(self, args.schedule, by_ultraserver, self._log_group.arn, args.root_volume.kms_key_id)

        self.role_arn, self.role_name, self.launch_template_id = role.arn, role.name, template.id
        self.instance_ids = [node.id for node in nodes.values()]
        self.private_ips = [node.private_ip for node in nodes.values()]
        self.coordinator = self.private_ips[0] if nodes else None
        self.ssm_commands = [pulumi.Output.concat("aws ssm start-session --target ", one) for one in self.instance_ids]
        self.rank_table = [
            {
                "rank": rank,
                "ultraserver": key,
                "node": n,
                "instance_id": node.id,
                "private_ip": node.private_ip,
                "hostname": node.private_dns,
            }
            for rank, ((key, n), node) in enumerate(nodes.items())
        ]
        self.reservation_ids = {one.key: pulumi.Output.from_input(one.reservation) for one in args.ultraservers}
        self._count(len(nodes))
        self.finish()

    def _count(self, nodes: int) -> None:
        row, layout = machine(MACHINE), efa_layout(MACHINE, self._args.efa_layout)
        self.ultraserver_count = pulumi.Output.from_input(len(self._args.launched))
        self.chips = pulumi.Output.from_input(nodes * row.accelerators)
        self.hbm_gib = pulumi.Output.from_input(nodes * (row.accelerator_memory_gib or 0))
        self.efa_interfaces = pulumi.Output.from_input(nodes * layout.efa_devices)
        self.efa_gbps = pulumi.Output.from_input(nodes * row.efa_gbps)

    def _make_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            self.child("role"),
            assume_role_policy=json.dumps(trust()),
            tags=self.named_tags("role"),
            opts=self.below(),
        )

    def _make_policies(self, role: aws.iam.Role) -> list[pulumi.Resource]:
        """What must be there before a node starts: it asks for its ranks and sends its log at once."""
        args = self._args
        self._log_group = log_group = aws.cloudwatch.LogGroup(
            self.child("log-group"),
            name=self.log_group_name,
            retention_in_days=args.log_retention_days,
            tags=self.named_tags("log-group"),
            opts=self.below(),
        )
        own = pulumi.Output.all(log_group.arn, self.ranks_parameter).apply(lambda known: json.dumps(own_policy(*known)))
        made: list[pulumi.Resource] = [
            aws.iam.RolePolicy(self.child("own-policy"), role=role.id, policy=own, opts=self.below())
        ]
        if args.data_buckets or args.kms_key_arns:
            buckets = pulumi.Output.all(*(bucket.granted() for bucket in args.data_buckets))
            data = pulumi.Output.all(buckets, args.kms_key_arns).apply(lambda known: json.dumps(data_policy(*known)))
            made.append(aws.iam.RolePolicy(self.child("data-policy"), role=role.id, policy=data, opts=self.below()))
        further: dict[str, pulumi.Input[str]] = {"session-manager": SSM_CORE} if args.session_manager else {}
        further |= {f"policy-{n}": arn for n, arn in args.policy_arns.items()}
        made += [
            aws.iam.RolePolicyAttachment(self.child(child), role=role.name, policy_arn=arn, opts=self.below())
            for child, arn in further.items()
        ]
        return made

    def _make_template(self, role: aws.iam.Role) -> aws.ec2.LaunchTemplate:
        args = self._args
        profile = aws.iam.InstanceProfile(
            self.child("profile"), role=role.name, tags=self.named_tags("profile"), opts=self.below()
        )
        return aws.ec2.LaunchTemplate(
            self.child("template"),
            description="Nodes of Trn2 UltraServers",
            instance_type=MACHINE,
            image_id=pulumi.Output.from_input(args.image).apply(_image_id),
            user_data=self._user_data(),
            iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile.arn),
            network_interfaces=self._interfaces(),
            block_device_mappings=[self._root_volume()],
            metadata_options=metadata_options(args.metadata_hop_limit),
            monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=args.detailed_monitoring),
            ebs_optimized="true",
            update_default_version=True,
            tag_specifications=launched_tags(self.name, args.tags),
            tags=self.named_tags("template"),
            opts=self.below(),
        )

    def _user_data(self) -> pulumi.Output[str]:
        args = self._args

        def build(known: Sequence[Any]) -> str:
            bootstrap, *systems = known
            mounts = [
                Mounted(names[0], names[1], mount.path) for names, mount in zip(systems, args.mounts, strict=True)
            ]
            try:
                return user_data(args.node, mounts, bootstrap)
            except ValueError as e:
                raise pulumi.RunError(f"{self.name}: {e}") from None

        return pulumi.Output.all(args.bootstrap, *(mount.names() for mount in args.mounts)).apply(build)

    def _interfaces(self) -> list[aws.ec2.LaunchTemplateNetworkInterfaceArgs]:
        args = self._args
        return [
            aws.ec2.LaunchTemplateNetworkInterfaceArgs(
                network_card_index=one.card,
                device_index=one.device,
                interface_type=one.type,
                subnet_id=args.subnet_id,
                security_groups=args.security_group_ids,
                # EC2 refuses a public address on a machine with several interfaces
                associate_public_ip_address="false" if one.has_ip else None,
                delete_on_termination="true",
            )
            for one in efa_layout(MACHINE, args.efa_layout).interfaces
        ]

    def _root_volume(self) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
        volume = self._args.root_volume
        return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name=volume.device_name or _root_device(self._args.image),
            ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                volume_size=volume.size_gib,
                volume_type=volume.type,
                iops=volume.iops,
                throughput=volume.throughput_mbps,
                encrypted="true",
                kms_key_id=volume.kms_key_id,
                delete_on_termination="true",
            ),
        )

    def _make_node(
        self, template: aws.ec2.LaunchTemplate, one: UltraServer, n: int, allowed: list[pulumi.Resource]
    ) -> aws.ec2.Instance:
        role = f"{one.key}-node-{n}"
        tags = {**self.named_tags(role), "ultraserver": one.key}
        block = one.kind == "capacity-block"
        return aws.ec2.Instance(
            self.child(role),
            launch_template=aws.ec2.InstanceLaunchTemplateArgs(
                id=template.id,
                version=template.latest_version.apply(str),
            ),
            instance_market_options=aws.ec2.InstanceInstanceMarketOptionsArgs(market_type="capacity-block")
            if block
            else None,
            # here and not in the template: one template serves all UltraServers, each with its own block
            capacity_reservation_specification=aws.ec2.InstanceCapacityReservationSpecificationArgs(
                capacity_reservation_target=aws.ec2.InstanceCapacityReservationSpecificationCapacityReservationTargetArgs(
                    capacity_reservation_id=one.id,
                    capacity_reservation_resource_group_arn=one.resource_group_arn,
                )
            ),
            placement_group=one.placement_group,
            tags=tags,
            volume_tags=tags,  # those of the template are read at launch only
            opts=self.below(
                delete_before_replace=True,  # a block has no spare slot
                # a running machine cannot move to another block: the provider would stop it and fail to start it
                replace_on_changes=["capacityReservationSpecification"],
                # or any change of the template, of a tag even, would replace all nodes
                ignore_changes=None if self._args.update_nodes else ["launchTemplate"],
                depends_on=allowed,
            ),
        )

    def _make_ranks(self, nodes: list[aws.ec2.Instance]) -> None:
        if not nodes:
            return
        lines = [pulumi.Output.concat(node.id, " ", node.private_ip, "\n") for node in nodes]
        aws.ssm.Parameter(
            self.child("ranks"),
            name=self.ranks_parameter,
            type="String",
            tier="Standard" if len(nodes) * RANK_BYTES <= PARAMETER_BYTES["Standard"] else "Advanced",
            insecure_value=pulumi.Output.concat(*lines),  # no secret, and a difference of ranks should be readable
            description="Instance id and address of each node, by rank",
            tags=self.named_tags("ranks"),
            opts=self.below(),
        )


def _image_id(image: str) -> str:
    if image.startswith("/"):
        return f"resolve:ssm:{image}"
    return image if image.startswith(("ami-", "resolve:ssm:")) else image_parameter(image).image_id


def _root_device(image: pulumi.Input[str]) -> str:
    """Amazon's own images call it otherwise than Ubuntu's; a wrong name would add a disk instead of sizing this one."""
    row = image_parameters().get(image) if isinstance(image, str) else None
    return "/dev/xvda" if row and row.operating_system.startswith("amazon-linux") else "/dev/sda1"
