"""A subnet's range is part of its VPC's."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..subnets import SUBNET
from ..world import Subject
from ._ranges import network_of, range_of, vpc_ranges

RULE = Rule(
    title="a subnet's range lies in its VPC's",
    level="mandatory",
    why="CreateSubnet refuses any other: InvalidSubnet.Range.",
    fix="choose a range inside the VPC's, or add one with aws.ec2.VpcIpv4CidrBlockAssociation",
    references=("https://docs.amazonaws.cn/goto/SdkForKotlin/ec2-2016-11-15/CreateSubnet",),
)


@RULE.graph(SUBNET)
def check(subnet: Subject) -> Iterator[Said]:
    vpc, own = network_of(subnet), range_of(subnet, "cidrBlock")
    if own is None or not isinstance(vpc, Subject):
        raise NotApplicable  # whoever made the VPC knows its ranges
    usual = range_of(vpc, "cidrBlock") if vpc.knows("cidrBlock") else None
    if usual is not None and own.subnet_of(usual):
        return
    ranges = vpc_ranges(vpc)
    if not any(own.subnet_of(one) for one in ranges):
        named = " and ".join(map(str, ranges))
        yield fail(subnet, f"{own} is not in {named} of {vpc.name}", at="cidrBlock")
