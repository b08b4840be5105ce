"""What is every machine of an accelerator cluster launched from?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ...component import Component
from .._launch_template import launched_tags, metadata_options
from .._neuron_boot import Mounted
from .boot import Duty, user_data
from .machines import image_id, image_of, interfaces_of, known, root_device, uses_efa

AcceleratorClusterArgs = Any  # its module imports this one


def make_template(
    owner: Component,
    args: AcceleratorClusterArgs,
    profile_arn: pulumi.Input[str],
    security_group_ids: Sequence[pulumi.Input[str]],
) -> aws.ec2.LaunchTemplate:
    block = args.capacity_block
    return aws.ec2.LaunchTemplate(
        owner.child("template"),
        description="Machines of an accelerator cluster",
        instance_type=args.instance_type,
        image_id=pulumi.Output.from_input(image_of(args)).apply(image_id),
        user_data=_user_data(owner, args),
        key_name=args.key_name,
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile_arn),
        network_interfaces=_interfaces(args, security_group_ids),
        block_device_mappings=[_root_volume(args)],
        # a group can name reservations itself, but for a block the template has to: it sets the market type too
        instance_market_options=None
        if block is None
        else aws.ec2.LaunchTemplateInstanceMarketOptionsArgs(market_type="capacity-block"),
        capacity_reservation_specification=None
        if block is None
        else aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs(
            capacity_reservation_target=aws.ec2.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs(
                capacity_reservation_id=block.id,
                capacity_reservation_resource_group_arn=block.resource_group_arn,
            )
        ),
        metadata_options=metadata_options(args.metadata_hop_limit),
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=args.detailed_monitoring),
        ebs_optimized="true",
        update_default_version=True,
        tag_specifications=launched_tags(owner.name, args.tags),
        tags=owner.named_tags("template"),
        opts=owner.below(),
    )


def _interfaces(
    args: AcceleratorClusterArgs, security_group_ids: Sequence[pulumi.Input[str]]
) -> list[aws.ec2.LaunchTemplateNetworkInterfaceArgs]:
    """Without subnets: the group chooses one for each machine."""
    return [
        aws.ec2.LaunchTemplateNetworkInterfaceArgs(
            network_card_index=one.card,
            device_index=one.device,
            interface_type=one.type,
            security_groups=list(security_group_ids),
            # EC2 refuses a public address on a machine with several interfaces
            associate_public_ip_address=str(args.public_ip).lower() if one.has_ip else None,
            delete_on_termination="true",
        )
        for one in interfaces_of(args, args.instance_type)
    ]


def _root_volume(args: AcceleratorClusterArgs) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    volume = args.root_volume
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name=volume.device_name or root_device(image_of(args)),
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


def _user_data(owner: Component, args: AcceleratorClusterArgs) -> pulumi.Output[str]:
    drains = args.drains

    def build(told: Sequence[Any]) -> str:
        bootstrap, drain, checkpoints, *systems = told
        duty = Duty(
            machines=known(args),
            environment=_environment(args, checkpoints),
            mounts=[Mounted(names[0], names[1], mount.path) for names, mount in zip(systems, args.mounts, strict=True)],
            lustre_efa=any(mount.efa for mount in args.mounts),
            bootstrap=bootstrap,
            drain_seconds=drains.seconds if drains else None,
            drain=drain,
        )
        try:
            return user_data(duty)
        except ValueError as e:
            raise pulumi.RunError(f"{owner.name}: {e}") from None

    later = (args.bootstrap, drains.script if drains else None, args.checkpoints)
    return pulumi.Output.all(*later, *(mount.names() for mount in args.mounts)).apply(build)


def _environment(args: AcceleratorClusterArgs, checkpoints: str | None) -> dict[str, str]:
    found = {"FI_PROVIDER": "efa"} if uses_efa(args) else {}
    if args.logical_neuron_cores is not None:
        found["NEURON_LOGICAL_NC_CONFIG"] = str(args.logical_neuron_cores)
    if checkpoints is not None:
        found["ULTRASTACK_CHECKPOINTS"] = checkpoints
    return found
