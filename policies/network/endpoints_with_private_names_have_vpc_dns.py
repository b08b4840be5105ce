"""A VPC whose endpoints have private names resolves names."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Outside, Subject
from ._endpoints import ENDPOINT, has_private_names, kind, vpc_of_endpoint

RULE = Rule(
    title="a VPC whose endpoints have private names has DNS support and DNS host names",
    level="mandatory",
    why="CreateVpcEndpoint refuses private names in a VPC without both.",
    fix="set `enableDnsSupport` and `enableDnsHostnames` to true on the VPC",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
        "-create-vpc-endpoint-request/private-dns-enabled.html",
    ),
)
DEFAULTS = {"enableDnsSupport": True, "enableDnsHostnames": False}


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Interface" or not has_private_names(endpoint):
        raise NotApplicable
    vpc = vpc_of_endpoint(endpoint)
    if vpc is None:
        raise NotApplicable
    if isinstance(vpc, Outside):
        raise Undecided(f"the DNS settings of {vpc.id}, which is not in this program", endpoint, "vpcId")
    for name, default in DEFAULTS.items():
        if not vpc.flag(name, default):
            yield fail(vpc, f"{endpoint.name} has private names, and `{name}` is false", at=name)
