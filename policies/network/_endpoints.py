"""Which VPC endpoints has a network, and for which services?"""

from __future__ import annotations

import re

from ..rule import Undecided
from ..subnets import EXISTING, SUBNETS, VPC
from ..world import Outside, Subject, Unsure, World

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
SUBNET_ASSOCIATION = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
TABLE_ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
PRIVATE_NAMES = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"
_OF_AWS = re.compile(r"(cn\.)?com\.amazonaws\.(?!vpce\.)[a-z0-9-]+\.([a-z0-9.-]+)|aws\.[a-z0-9-]+\.[a-z0-9.-]+")


def kind(endpoint: Subject) -> str:
    """Interface, Gateway ... Raises Undecided."""
    return endpoint.text("vpcEndpointType", "Gateway")


def service(endpoint: Subject) -> str:
    """com.amazonaws.us-east-2.s3 is s3; empty for a service that is not one of AWS's own. Raises Undecided."""
    found = _OF_AWS.fullmatch(endpoint.text("serviceName"))
    return (found[2] or found[0]) if found else ""


def has_private_names(endpoint: Subject) -> bool:
    """Raises Undecided."""
    if endpoint.flag("privateDnsEnabled"):
        return True
    beside = endpoint.world.pointing_at(endpoint, PRIVATE_NAMES, "vpcEndpointId")
    if any(one.flag("privateDnsEnabled") for one in beside.sure):
        return True
    if beside.unsure:
        raise Undecided(f"the endpoint that {beside.unsure[0].name} is for", beside.unsure[0], "vpcEndpointId")
    return False


def subnets_of(endpoint: Subject) -> list[Subject | Outside | Unsure]:
    """Where an interface endpoint stands."""
    world = endpoint.world
    found = [
        *world.all_meant(endpoint, "subnetIds", *SUBNETS),
        *(
            one
            for block in endpoint.blocks("subnetConfigurations")
            for one in world.all_meant(block, "subnetId", *SUBNETS)
        ),
        *(
            one
            for beside in world.pointing_at(endpoint, SUBNET_ASSOCIATION, "vpcEndpointId").sure
            for one in world.all_meant(beside, "subnetId", *SUBNETS)
        ),
    ]
    return list(dict.fromkeys(found))


def vpc_of_endpoint(endpoint: Subject) -> Subject | Outside | None:
    """Raises Undecided."""
    return endpoint.world.meant(endpoint, "vpcId", VPC)


def has_interface_endpoints(world: World, vpc: Subject | Outside) -> bool:
    """Whether machines in it reach any service of AWS from inside. Raises Undecided."""
    unsure = None
    for endpoint in world.of_type(ENDPOINT):
        try:
            if vpc_of_endpoint(endpoint) == vpc and kind(endpoint) == "Interface":
                return True
        except Undecided as e:
            unsure = e
    if unsure is not None:
        raise unsure
    if isinstance(vpc, Subject):
        return False
    for network in world.of_type(EXISTING):
        if world.meant(network, "vpc_id", VPC) == vpc:
            return network.has("endpoint_security_group_id")
    raise Undecided(f"the endpoints of {vpc.id}, which is not in this program")
