"""How do Google's managed services get addresses inside a network? Private services access: Managed Lustre needs it."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, NamedTuple

import pulumi
import pulumi_gcp as gcp
from pydantic import Field, model_validator

from ..component import Component, Strict
from ._addresses import SubnetCidr

SERVICE = "servicenetworking.googleapis.com"
USUAL_PREFIX = 20  # what the first-party recipes for Managed Lustre reserve


class PrivateServices(Strict):
    cidr: SubnetCidr | None = Field(
        default=None, description="Range that the services take their addresses from; Google chooses one if left out."
    )
    prefix_length: Annotated[int, Field(ge=8, le=29)] | None = Field(
        default=None, description="Size of the range that Google chooses, as its prefix length; 20 if left out."
    )
    lustre: bool = Field(
        default=True, description="Whether a Managed Lustre in the range reaches its clients, on TCP 988 and 6988."
    )

    @model_validator(mode="after")
    def _one(self) -> PrivateServices:
        if self.cidr is not None and self.prefix_length is not None:
            raise ValueError("has a cidr, which says its prefix_length already; fix: remove prefix_length")
        return self


class Connected(NamedTuple):
    range: gcp.compute.GlobalAddress
    cidr: pulumi.Output[str]
    connection: gcp.servicenetworking.Connection


def connect(component: Component, network: pulumi.Input[str], wanted: PrivateServices) -> Connected:
    whole = None if wanted.cidr is None else IPv4Network(wanted.cidr)
    prefix = whole.prefixlen if whole else wanted.prefix_length or USUAL_PREFIX
    reserved = gcp.compute.GlobalAddress(
        component.child("private-services-range"),
        purpose="VPC_PEERING",
        address_type="INTERNAL",
        network=network,
        address=str(whole.network_address) if whole else None,
        prefix_length=prefix,
        labels=component.cost_tags,
        opts=component.below(),
    )
    connection = gcp.servicenetworking.Connection(
        component.child("private-services-connection"),
        network=network,
        service=SERVICE,
        reserved_peering_ranges=[reserved.name],
        opts=component.below(),
    )
    return Connected(reserved, pulumi.Output.concat(reserved.address, f"/{prefix}"), connection)
