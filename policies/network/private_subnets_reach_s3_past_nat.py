"""Traffic to S3 does not go through the NAT gateway."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..subnets import TABLE, TABLES, default_route
from ..world import Subject, World
from ._endpoints import ENDPOINT, TABLE_ASSOCIATION, kind, service

RULE = Rule(
    title="subnets behind a NAT gateway reach S3 through a gateway endpoint",
    level="advisory",
    why="A NAT gateway takes money for each GB of data sets, images and checkpoints; the endpoint takes none.",
    fix="add a gateway endpoint of S3 with this route table (`s3_endpoint: true`)",
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-gateway.html",),
)


@RULE.graph(TABLE)
def check(table: Subject) -> Iterator[Said]:
    route = default_route(table.world, table)
    if route is None or not route.has("natGatewayId"):
        raise NotApplicable
    led, unsure = table.world.once(_led)
    if table.urn in led:
        return
    if unsure:
        raise unsure[0]
    yield fail(
        table,
        "it leads to a NAT gateway, and S3 has no gateway endpoint in it",
        remedy={"aws.network.s3_endpoint": True} if table.resource.step else None,
    )


def _led(world: World) -> tuple[set[str], list[Undecided]]:
    """The route tables that have a gateway endpoint of S3."""
    found: set[str] = set()
    unsure: list[Undecided] = []
    for one in world.of_type(ENDPOINT, TABLE_ASSOCIATION):
        try:
            endpoint = one if one.type == ENDPOINT else world.made(one, "vpcEndpointId", ENDPOINT)
            if endpoint is None or kind(endpoint) != "Gateway" or service(endpoint) != "s3":
                continue
        except Undecided as e:
            unsure.append(e)
            continue
        for table in world.all_meant(one, "routeTableIds" if one.type == ENDPOINT else "routeTableId", *TABLES):
            if isinstance(table, Subject):
                found.add(table.urn)
            elif hasattr(table, "needs"):
                unsure.append(Undecided(table.needs))
    return found, unsure
