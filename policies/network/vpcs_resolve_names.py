"""Machines in a VPC can resolve names."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, Undecided, fail
from ..subnets import VPC
from ..world import Subject

RULE = Rule(
    title="a VPC has DNS support, or name servers of its own",
    level="mandatory",
    why="Without either no machine finds a service of AWS or a file system by its name.",
    fix="remove `enableDnsSupport: false`, or name servers in aws.ec2.VpcDhcpOptions",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
        "-create-vpc-endpoint-request/private-dns-enabled.html",
    ),
)
OPTIONS = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"


@RULE.graph(VPC)
def check(vpc: Subject) -> Iterator[Said]:
    if vpc.flag("enableDnsSupport", True):
        return
    options = vpc.world.pointing_at(vpc, OPTIONS, "vpcId")
    if options.unsure and not options.sure:
        raise Undecided(f"the VPC that {options.unsure[0].name} is for", options.unsure[0], "vpcId")
    if not options.sure:
        yield fail(vpc, "nothing in it resolves names", at="enableDnsSupport")
