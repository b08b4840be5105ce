"""A network that somebody else made: ids with declared facts, so that rules can decide without asking the cloud."""

from __future__ import annotations

from typing import Annotated, Literal

import pulumi
from pydantic import Field, model_validator

from .. import addresses, component
from ..addresses import BlockCidr, ZoneId
from ..component import Component, Input, Strict


class ExistingSubnet(Strict):
    id: Input[str] = Field(description="Id of the subnet (subnet-...).")
    availability_zone_id: ZoneId = Field(description="Zone of the subnet, by id (use2-az3).")
    cidr: BlockCidr | None = Field(
        default=None,
        description="Range of IPv4 addresses of the subnet; if left out, rules about room for addresses cannot decide.",
    )
    route: Literal["nat", "internet", "none"] = Field(
        description="Where its default route leads: to a NAT gateway or the like, an internet gateway, or nowhere."
    )


class ExistingNetworkArgs(component.Args):
    vpc_id: Input[str] = Field(description="Id of the VPC (vpc-...).")
    cidr: Input[BlockCidr] = Field(description="First range of IPv4 addresses of the VPC.")
    secondary_cidrs: list[BlockCidr] = Field(default=[], description="Further ranges of the VPC.")
    subnets: list[ExistingSubnet] = Field(
        min_length=1, description="The subnets to use; those whose route is `internet` are the public ones."
    )
    private_route_table_ids: list[Input[str]] = Field(default=[], description="Route tables of the private subnets.")
    public_route_table_ids: list[Input[str]] = Field(default=[], description="Route tables of the public subnets.")
    nat_public_ips: list[Input[str]] = Field(
        default=[], description="Addresses from which the private subnets reach the internet."
    )
    s3_prefix_list_id: Input[str] | None = Field(
        default=None, description="Prefix list of S3 (pl-...), where S3 is reached through a gateway endpoint."
    )
    endpoint_security_group_id: Input[str] | None = Field(
        default=None, description="Security group of the interface endpoints (sg-...)."
    )

    @model_validator(mode="after")
    def _possible(self) -> ExistingNetworkArgs:
        ids = [subnet.id for subnet in self.subnets if isinstance(subnet.id, str)]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"the subnet {twice[0]} is listed twice; fix: remove one")
        if not isinstance(self.cidr, str):
            return self  # known later; the cloud made it, so it is possible
        named = {f"subnets[{i}]": subnet.cidr for i, subnet in enumerate(self.subnets) if subnet.cidr}
        if why := addresses.misplaced(named, [self.cidr, *self.secondary_cidrs]):
            raise ValueError(why)
        return self


class ExistingNetwork(Component):
    token = "ultrastack:aws:ExistingNetwork"
    cloud = "aws"
    Args = ExistingNetworkArgs
    roles = {}

    vpc_id: Annotated[pulumi.Output[str], "Id of the VPC."]
    cidr: Annotated[pulumi.Output[str], "First range of addresses of the network."]
    availability_zone_ids: Annotated[list[pulumi.Output[str]], "Zones by id, in the order in which subnets name them."]
    private_subnet_ids: Annotated[
        list[pulumi.Output[str]], "Subnets whose route is `nat` or `none`, in the order given."
    ]
    private_subnet_ids_by_zone: Annotated[dict[str, pulumi.Output[str]], "Zone id -> its first private subnet."]
    public_subnet_ids: Annotated[list[pulumi.Output[str]], "Subnets whose route is `internet`, in the order given."]
    public_subnet_ids_by_zone: Annotated[dict[str, pulumi.Output[str]], "Zone id -> its first public subnet."]
    private_route_table_ids: Annotated[list[pulumi.Output[str]], "Route tables of the private subnets."]
    public_route_table_ids: Annotated[list[pulumi.Output[str]], "Route tables of the public subnets."]
    nat_public_ips: Annotated[list[pulumi.Output[str]], "Addresses from which the private subnets reach the internet."]
    s3_prefix_list_id: Annotated[
        pulumi.Output[str] | None, "Prefix list of S3 for security groups; absent if not given."
    ]
    endpoint_security_group_id: Annotated[
        pulumi.Output[str] | None, "Security group of the interface endpoints; absent if not given."
    ]

    def __init__(self, name: str, args: ExistingNetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        private = [subnet for subnet in args.subnets if subnet.route != "internet"]
        public = [subnet for subnet in args.subnets if subnet.route == "internet"]
        zones = dict.fromkeys(subnet.availability_zone_id for subnet in args.subnets)

        self.vpc_id = pulumi.Output.from_input(args.vpc_id)
        self.cidr = pulumi.Output.from_input(args.cidr)
        self.availability_zone_ids = [pulumi.Output.from_input(zone) for zone in zones]
        self.private_subnet_ids = [pulumi.Output.from_input(subnet.id) for subnet in private]
        self.private_subnet_ids_by_zone = _first_by_zone(private)
        self.public_subnet_ids = [pulumi.Output.from_input(subnet.id) for subnet in public]
        self.public_subnet_ids_by_zone = _first_by_zone(public)
        self.private_route_table_ids = [pulumi.Output.from_input(one) for one in args.private_route_table_ids]
        self.public_route_table_ids = [pulumi.Output.from_input(one) for one in args.public_route_table_ids]
        self.nat_public_ips = [pulumi.Output.from_input(one) for one in args.nat_public_ips]
        self.s3_prefix_list_id = _given(args.s3_prefix_list_id)
        self.endpoint_security_group_id = _given(args.endpoint_security_group_id)
        self.finish()


def _first_by_zone(subnets: list[ExistingSubnet]) -> dict[str, pulumi.Output[str]]:
    found: dict[str, pulumi.Output[str]] = {}
    for subnet in subnets:
        found.setdefault(subnet.availability_zone_id, pulumi.Output.from_input(subnet.id))
    return found


def _given(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.from_input(value)
