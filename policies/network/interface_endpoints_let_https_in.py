"""An interface endpoint's security groups let HTTPS in."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..security_groups import GROUPS, lets, traffic
from ..world import Outside, Subject, Unsure
from ._endpoints import ENDPOINT, kind, service

RULE = Rule(
    title="an interface endpoint's security groups let HTTPS in",
    level="mandatory",
    why="With private names all programs in the VPC use the endpoint: without port 443 every call of that service "
    "hangs until it times out.",
    fix="let TCP port 443 in from the VPC's range",
    references=("https://docs.aws.amazon.com/vpc/latest/privatelink/vpce-interface.html",),
)
HTTPS = 443
OTHER_PORTS = ("email-smtp",)  # the only ones of AWS's own that do not speak HTTPS


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    if kind(endpoint) != "Interface" or service(endpoint) in ("", *OTHER_PORTS):
        raise NotApplicable
    groups = endpoint.world.all_meant(endpoint, "securityGroupIds", *GROUPS)
    if not groups:
        raise Undecided("the rules of the VPC's default security group", endpoint, "securityGroupIds")
    unsure: list[Undecided] = []
    for group in groups:
        try:
            if _lets(group):
                return
        except Undecided as e:
            unsure.append(e)
    if unsure:
        raise unsure[0]
    named = " and ".join(group.name for group in groups if isinstance(group, Subject))
    yield fail(endpoint, f"{named} lets no HTTPS in", at="securityGroupIds")


def _lets(group: Subject | Outside | Unsure) -> bool:
    if isinstance(group, Outside):
        raise Undecided(f"the rules of {group.id}, which is not in this program")
    if isinstance(group, Unsure):
        raise Undecided(group.needs)
    found, doubtful = traffic(group)
    if lets(found, "in", "tcp", HTTPS):
        return True
    if doubtful:
        raise Undecided(f"the security group that {doubtful[0].name} belongs to", doubtful[0], "securityGroupId")
    return False
