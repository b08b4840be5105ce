"""A gateway endpoint is in the route tables of somebody."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._endpoints import ENDPOINT, TABLE_ASSOCIATION, kind

RULE = Rule(
    title="a gateway endpoint is in a route table",
    level="advisory",
    why="A gateway endpoint is a route: without a table no subnet uses it, and traffic to S3 is paid for at the NAT "
    "gateway.",
    fix="name the route tables of the private subnets in `routeTableIds`",
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html",),
)


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Gateway":
        raise NotApplicable
    given = endpoint.raw("routeTableIds")
    if given is not None and (not isinstance(given, (list, tuple)) or len(given) > 0):
        return
    beside = endpoint.world.pointing_at(endpoint, TABLE_ASSOCIATION, "vpcEndpointId")
    if beside.sure:
        return
    if beside.unsure:
        raise Undecided(f"the endpoint that {beside.unsure[0].name} is for", beside.unsure[0], "vpcEndpointId")
    yield fail(endpoint, "no route table leads to it", at="routeTableIds")
