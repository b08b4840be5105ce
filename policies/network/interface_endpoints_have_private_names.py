"""Programs find an interface endpoint under the service's own name."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._endpoints import ENDPOINT, has_private_names, kind, service

RULE = Rule(
    title="an interface endpoint of an AWS service has private names",
    level="advisory",
    why="Without them no SDK uses the endpoint unless each program is told its address: it is paid for, and the "
    "traffic still goes out through the NAT gateway.",
    fix="set `privateDnsEnabled` to true",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
        "-create-vpc-endpoint-request/private-dns-enabled.html",
    ),
)
# reached through a gateway endpoint under the same names, which is free of charge
WITH_GATEWAY = ("s3", "dynamodb")


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Interface" or service(endpoint) in ("", *WITH_GATEWAY):
        raise NotApplicable
    if not has_private_names(endpoint):
        yield fail(endpoint, f"nothing finds {service(endpoint)} here by its usual name", at="privateDnsEnabled")
