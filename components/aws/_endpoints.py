"""How do machines without a public address reach AWS itself? A network's endpoints."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..component import Component
from ..region import region_of

# Short names get this beginning and the region. China (cn.com.amazonaws...) and SageMaker Studio (aws.sagemaker...)
# have others: a full name is taken as it is.
USUAL = "com.amazonaws."
FULL = (USUAL, "cn.com.amazonaws.", "aws.")


def s3(component: Component, vpc: aws.ec2.Vpc, tables: Sequence[aws.ec2.RouteTable]) -> aws.ec2.VpcEndpoint:
    """The gateway endpoint, in every route table."""
    return aws.ec2.VpcEndpoint(
        component.child("s3-endpoint"),
        vpc_id=vpc.id,
        vpc_endpoint_type="Gateway",
        service_name=pulumi.Output.concat(USUAL, region_of(component), ".s3"),
        route_table_ids=[table.id for table in tables],
        tags=component.named_tags("s3-endpoint"),
        opts=component.below(),
    )


def interfaces(
    component: Component, vpc: aws.ec2.Vpc, services: Sequence[str], subnets: Sequence[aws.ec2.Subnet]
) -> tuple[aws.ec2.SecurityGroup, list[aws.ec2.VpcEndpoint]]:
    """Interface endpoints that answer to the services' usual names, and the security group that guards them."""
    group = aws.ec2.SecurityGroup(
        component.child("endpoint-security-group"),
        vpc_id=vpc.id,
        description="HTTPS from the network to interface endpoints",  # changing it would replace the group
        tags=component.named_tags("endpoint-security-group"),
        opts=component.below(),
    )
    https = aws.vpc.SecurityGroupIngressRule(
        component.child("endpoint-https"),
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4=vpc.cidr_block,
        tags=component.named_tags("endpoint-https"),
        opts=component.below(),
    )
    region = region_of(component)
    return group, [
        aws.ec2.VpcEndpoint(
            component.child(role := f"endpoint-{service}"),
            vpc_id=vpc.id,
            vpc_endpoint_type="Interface",
            service_name=service if service.startswith(FULL) else pulumi.Output.concat(USUAL, region, ".", service),
            subnet_ids=[subnet.id for subnet in subnets],
            security_group_ids=[group.id],
            private_dns_enabled=True,
            tags=component.named_tags(role),
            opts=component.below(depends_on=[https]),
        )
        for service in services
    ]
