"""Only one endpoint of a VPC answers to a service's own name."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject, World
from ._endpoints import ENDPOINT, has_private_names, kind, vpc_of_endpoint

RULE = Rule(
    title="only one endpoint of a VPC has a service's private names",
    level="mandatory",
    why="CreateVpcEndpoint refuses the second one: there is already a conflicting DNS domain.",
    fix="remove one of the two, or set `privateDnsEnabled` to false on it",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
        "-create-vpc-endpoint-request/private-dns-enabled.html",
    ),
)


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Interface" or not has_private_names(endpoint):
        raise NotApplicable
    first = endpoint.world.once(_firsts).get((str(vpc_of_endpoint(endpoint)), endpoint.text("serviceName")))
    if first is not None and first.urn != endpoint.urn:
        yield fail(endpoint, f"{first.name} has the names of {endpoint.text('serviceName')} already", at="serviceName")


def _firsts(world: World) -> dict[tuple[str, str], Subject]:
    found: dict[tuple[str, str], Subject] = {}
    for one in world.of_type(ENDPOINT):
        try:
            if kind(one) == "Interface" and has_private_names(one):
                found.setdefault((str(vpc_of_endpoint(one)), one.text("serviceName")), one)
        except Undecided:
            continue  # said where it is asked about itself
    return found
