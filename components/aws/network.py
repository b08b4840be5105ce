"""A VPC for machines with many network cards: private subnets by zone id, a way out, endpoints and flow logs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, ValidationInfo, field_validator, model_validator

from .. import addresses, component
from ..addresses import BlockCidr, ZoneId
from ..component import Component
from ..names import Like
from . import _endpoints
from ._flow_logs import FlowLogs, record

ServiceName = Annotated[str, Like(r"^[a-z0-9.-]+$", "that is no service's name; fix: write it like ecr.api")]
ANYWHERE = "0.0.0.0/0"


class NetworkArgs(component.Args):
    cidr: BlockCidr = Field(description="Range of IPv4 addresses of the whole network, /16 to /28.")
    availability_zone_ids: list[ZoneId] = Field(
        min_length=1, description="Zones by id (use2-az3, the same place in every account), one private subnet in each."
    )
    nat: Literal["none", "single", "per-zone"] = Field(
        default="single",
        description="NAT gateways for the private subnets: none, one for all zones, or one in each zone.",
    )
    nat_zone_id: ZoneId | None = Field(
        default=None,
        description="Zone of the single NAT gateway; the first of availability_zone_ids if left out, wherever that is.",
    )
    public_subnets: bool | None = Field(
        default=None, description="Whether each zone also has a public subnet; if left out, only where NAT needs them."
    )
    private_subnet_cidrs: dict[ZoneId, BlockCidr] = Field(
        default={}, description="Ranges of private subnets by zone id, instead of the zone's fixed place."
    )
    public_subnet_cidrs: dict[ZoneId, BlockCidr] = Field(
        default={}, description="Ranges of public subnets by zone id, instead of the zone's fixed place."
    )
    s3_endpoint: bool = Field(
        default=True,
        description="Whether S3 is reached through a gateway endpoint: free of charge, and past the NAT gateway.",
    )
    interface_endpoints: list[ServiceName] = Field(
        default=[],
        description="AWS services with an address inside the network, by short name (ssm, ecr.api) or full name.",
    )
    interface_endpoint_zone_ids: Annotated[list[ZoneId], Field(min_length=1)] | None = Field(
        default=None,
        description="Zones in which the interface endpoints stand, each billed by the hour; all if left out.",
    )
    flow_logs: FlowLogs = Field(
        default=FlowLogs(), description="Records of the network's connections in CloudWatch Logs."
    )
    lock_default_security_group: bool = Field(
        default=True, description="Whether the rules of the network's default security group are removed."
    )

    @field_validator("availability_zone_ids", "interface_endpoints", "interface_endpoint_zone_ids")
    @classmethod
    def _once(cls, given: list[str] | None) -> list[str] | None:
        if given and (twice := sorted({one for one in given if given.count(one) > 1})):
            raise ValueError(f"{twice[0]} is listed twice; fix: remove one")
        return given

    @field_validator("interface_endpoints")
    @classmethod
    def _one_name(cls, given: list[str]) -> list[str]:
        """Two endpoints of one service would answer to the same names, which EC2 refuses."""
        short = [re.sub(r"^com\.amazonaws\.[a-z0-9-]+\.", "", one) for one in given]
        if twice := sorted({one for one in short if short.count(one) > 1}):
            raise ValueError(f"{twice[0]} is there with its short and its full name; fix: remove one")
        return given

    @field_validator("nat_zone_id", "private_subnet_cidrs", "public_subnet_cidrs", "interface_endpoint_zone_ids")
    @classmethod
    def _known_zones(cls, given: Any, info: ValidationInfo) -> Any:
        zones = info.data.get("availability_zone_ids")
        named = [given] if isinstance(given, str) else list(given or [])
        if zones and (strange := [zone for zone in named if zone not in zones]):
            raise ValueError(f"{strange[0]} is not in availability_zone_ids; fix: use one of {', '.join(zones)}")
        return given

    @model_validator(mode="after")
    def _possible(self) -> NetworkArgs:
        if self.nat != "none" and self.public_subnets is False:
            raise ValueError(
                "needs public subnets for its NAT gateways; fix: remove public_subnets, or write nat: none"
            )
        if self.nat != "single" and self.nat_zone_id is not None:
            raise ValueError("takes nat_zone_id with nat: single only; fix: remove nat_zone_id")
        if self.public_subnet_cidrs and not self.has_public_subnets():
            raise ValueError("has no public subnets for public_subnet_cidrs; fix: add public_subnets: true")
        named = {f"the private subnet of {zone}": cidr for zone, cidr in self.subnets("private").items()}
        named |= {f"the public subnet of {zone}": cidr for zone, cidr in self.subnets("public").items()}
        if (why := addresses.misplaced(named, [self.cidr])) is not None:
            raise ValueError(why)
        return self

    def has_public_subnets(self) -> bool:
        return self.nat != "none" if self.public_subnets is None else self.public_subnets

    def nat_zone_ids(self) -> list[str]:
        """Where NAT gateways stand."""
        if self.nat == "single":
            return [self.nat_zone_id or self.availability_zone_ids[0]]
        return self.availability_zone_ids if self.nat == "per-zone" else []

    def subnets(self, kind: Literal["private", "public"]) -> dict[str, str]:
        """Zone id -> range, in the order of the zones."""
        if kind == "public" and not self.has_public_subnets():
            return {}
        given = self.private_subnet_cidrs if kind == "private" else self.public_subnet_cidrs
        return {zone: given.get(zone) or self._place(zone, kind) for zone in self.availability_zone_ids}

    def _place(self, zone: str, kind: Literal["private", "public"]) -> str:
        if place := addresses.place(self.cidr, zone, public=kind == "public"):
            return place
        what = f"has no fixed place for a {kind} subnet of {zone} in {self.cidr}"
        raise ValueError(f"{what}; fix: give its range in {kind}_subnet_cidrs")


class Network(Component):
    token = "ultrastack:aws:Network"
    cloud = "aws"
    Args = NetworkArgs
    roles = {
        "vpc": "The VPC.",
        "default-security-group": "The VPC's own security group, emptied.",
        "internet-gateway": "The way from and to the public subnets.",
        "private-subnet-*": "The private subnet of a zone.",
        "private-routes-*": "The route table of a zone's private subnet.",
        "private-route-*": "The route from a zone's private subnet to a NAT gateway.",
        "private-association-*": "What gives a private subnet its route table.",
        "public-subnet-*": "The public subnet of a zone.",
        "public-routes": "The route table of all public subnets.",
        "public-route": "The route from the public subnets to the internet gateway.",
        "public-association-*": "What gives a public subnet its route table.",
        "nat-address-*": "The public address of a zone's NAT gateway.",
        "nat-gateway-*": "The NAT gateway in a zone.",
        "s3-endpoint": "The gateway endpoint of S3.",
        "endpoint-security-group": "The security group of all interface endpoints.",
        "endpoint-https": "The rule that admits HTTPS from the network to the interface endpoints.",
        "endpoint-*": "The interface endpoint of a service.",
        "flow-log": "The record of connections.",
        "flow-log-group": "Where the records are kept.",
        "flow-log-role": "The role in whose name the records are written.",
        "flow-log-policy": "What that role may do.",
    }

    longest = {"flow-log-role": 64}  # IAM CreateRole, RoleName

    vpc_id: Annotated[pulumi.Output[str], "Id of the VPC."]
    cidr: Annotated[pulumi.Output[str], "Range of addresses of the whole network."]
    availability_zone_ids: Annotated[list[pulumi.Output[str]], "Zones by id, in the order given."]
    private_subnet_ids: Annotated[list[pulumi.Output[str]], "Private subnets, in the order of the zones."]
    private_subnet_ids_by_zone: Annotated[dict[str, pulumi.Output[str]], "Zone id -> its private subnet."]
    public_subnet_ids: Annotated[list[pulumi.Output[str]], "Public subnets, in the order of the zones."]
    public_subnet_ids_by_zone: Annotated[dict[str, pulumi.Output[str]], "Zone id -> its public subnet."]
    private_route_table_ids: Annotated[list[pulumi.Output[str]], "Route tables of the private subnets."]
    public_route_table_ids: Annotated[list[pulumi.Output[str]], "Route tables of the public subnets."]
    nat_public_ips: Annotated[list[pulumi.Output[str]], "Addresses from which the private subnets reach the internet."]
    s3_prefix_list_id: Annotated[
        pulumi.Output[str] | None, "Prefix list of S3 for security groups; absent without s3_endpoint."
    ]
    endpoint_security_group_id: Annotated[
        pulumi.Output[str] | None, "Security group of the interface endpoints; absent without any."
    ]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        self._vpc = self._make_vpc()
        private, public = self._make_subnets("private"), self._make_subnets("public")
        public_table, public_route = self._make_public_routes() if public else (None, None)
        nats = self._make_nats(public, public_route)
        private_tables, private_routes = self._make_private_routes(nats)
        tables = [*private_tables.values(), *([public_table] if public_table else [])]
        endpoints = self._make_endpoints(private, tables)
        record(self, self._vpc, args.flow_logs)

        self.vpc_id = self._vpc.id
        self.cidr = self._vpc.cidr_block
        self.availability_zone_ids = [pulumi.Output.from_input(zone) for zone in args.availability_zone_ids]
        self.private_subnet_ids_by_zone = {
            zone: self._ready(
                "private", zone, subnet, private_tables[zone], [*private_routes.get(zone, []), *endpoints]
            )
            for zone, subnet in private.items()
        }
        self.public_subnet_ids_by_zone = {
            zone: self._ready("public", zone, subnet, public_table, [public_route])
            for zone, subnet in public.items()
            if public_table and public_route
        }
        self.private_subnet_ids = list(self.private_subnet_ids_by_zone.values())
        self.public_subnet_ids = list(self.public_subnet_ids_by_zone.values())
        self.private_route_table_ids = [table.id for table in private_tables.values()]
        self.public_route_table_ids = [public_table.id] if public_table else []
        self.finish()

    def _make_vpc(self) -> aws.ec2.Vpc:
        vpc = aws.ec2.Vpc(
            self.child("vpc"),
            cidr_block=self._args.cidr,
            enable_dns_support=True,  # without both, interface endpoints and FSx have no names
            enable_dns_hostnames=True,
            tags=self.named_tags("vpc"),
            opts=self.below(),
        )
        if self._args.lock_default_security_group:
            aws.ec2.DefaultSecurityGroup(
                self.child("default-security-group"),
                vpc_id=vpc.id,  # no rules given: the provider removes those that AWS made
                tags=self.named_tags("default-security-group"),
                opts=self.below(),
            )
        return vpc

    def _make_subnets(self, kind: Literal["private", "public"]) -> dict[str, aws.ec2.Subnet]:
        return {
            zone: aws.ec2.Subnet(
                self.child(f"{kind}-subnet-{zone}"),
                vpc_id=self._vpc.id,
                cidr_block=cidr,
                availability_zone_id=zone,
                # also in public ones: EC2 refuses to launch an instance with several cards where this is on
                map_public_ip_on_launch=False,
                tags=self.named_tags(f"{kind}-subnet-{zone}"),
                opts=self.below(),
            )
            for zone, cidr in self._args.subnets(kind).items()
        }

    def _make_public_routes(self) -> tuple[aws.ec2.RouteTable, aws.ec2.Route]:
        gateway = aws.ec2.InternetGateway(
            self.child("internet-gateway"),
            vpc_id=self._vpc.id,
            tags=self.named_tags("internet-gateway"),
            opts=self.below(),
        )
        table = aws.ec2.RouteTable(
            self.child("public-routes"), vpc_id=self._vpc.id, tags=self.named_tags("public-routes"), opts=self.below()
        )
        route = aws.ec2.Route(
            self.child("public-route"),
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self.below(),
        )
        return table, route

    def _make_nats(
        self, public: Mapping[str, aws.ec2.Subnet], route: aws.ec2.Route | None
    ) -> dict[str, aws.ec2.NatGateway]:
        """Zone id -> the gateway that its private subnet uses."""
        zones, standing = self._args.availability_zone_ids, self._args.nat_zone_ids()
        addresses = {
            zone: aws.ec2.Eip(
                self.child(f"nat-address-{zone}"),
                domain="vpc",
                tags=self.named_tags(f"nat-address-{zone}"),
                opts=self.below(),
            )
            for zone in standing
        }
        self.nat_public_ips = [address.public_ip for address in addresses.values()]
        gateways = {
            zone: aws.ec2.NatGateway(
                self.child(f"nat-gateway-{zone}"),
                allocation_id=address.id,
                subnet_id=public[zone].id,
                tags=self.named_tags(f"nat-gateway-{zone}"),
                opts=self.below(depends_on=[route] if route else None),
            )
            for zone, address in addresses.items()
        }
        return {zone: gateways.get(zone, gateways[standing[0]]) for zone in zones} if gateways else {}

    def _make_private_routes(
        self, nats: Mapping[str, aws.ec2.NatGateway]
    ) -> tuple[dict[str, aws.ec2.RouteTable], dict[str, list[aws.ec2.Route]]]:
        """A table in each zone, also where one would do: so `nat: per-zone` later only changes routes in place."""
        tables = {
            zone: aws.ec2.RouteTable(
                self.child(f"private-routes-{zone}"),
                vpc_id=self._vpc.id,
                tags=self.named_tags(f"private-routes-{zone}"),
                opts=self.below(),
            )
            for zone in self._args.availability_zone_ids
        }
        routes = {
            zone: [
                aws.ec2.Route(
                    self.child(f"private-route-{zone}"),
                    route_table_id=tables[zone].id,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=nat.id,
                    opts=self.below(),
                )
            ]
            for zone, nat in nats.items()
        }
        return tables, routes

    def _make_endpoints(
        self, private: Mapping[str, aws.ec2.Subnet], tables: Sequence[aws.ec2.RouteTable]
    ) -> list[pulumi.Resource]:
        self.s3_prefix_list_id = self.endpoint_security_group_id = None
        made: list[pulumi.Resource] = []
        if self._args.s3_endpoint:
            s3 = _endpoints.s3(self, self._vpc, tables)
            self.s3_prefix_list_id = s3.prefix_list_id
            made.append(s3)
        if services := self._args.interface_endpoints:
            zones = self._args.interface_endpoint_zone_ids or self._args.availability_zone_ids
            group, interfaces = _endpoints.interfaces(self, self._vpc, services, [private[zone] for zone in zones])
            self.endpoint_security_group_id = group.id
            made += interfaces
        return made

    def _ready(
        self,
        kind: Literal["private", "public"],
        zone: str,
        subnet: aws.ec2.Subnet,
        table: aws.ec2.RouteTable,
        first: Sequence[pulumi.Resource],
    ) -> pulumi.Output[str]:
        """The subnet's id for those who need its way out too: machines start once it is there and go before it does."""
        association = aws.ec2.RouteTableAssociation(
            self.child(f"{kind}-association-{zone}"),
            subnet_id=subnet.id,
            route_table_id=table.id,
            opts=self.below(depends_on=list(first)),
        )
        # the association's own subnet_id is known whenever subnet.id is, so a new route never makes the id unknown
        return pulumi.Output.all(subnet.id, association.subnet_id).apply(lambda ids: str(ids[0]))
