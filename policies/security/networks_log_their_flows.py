"""Each network has a flow log."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, Undecided, fail
from ..world import Subject

VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"

RULE = Rule(
    title="a network logs its flows",
    level="advisory",
    why="Without flow logs nobody can say afterwards who talked to whom, or why a connection was refused.",
    fix="add an aws.ec2.FlowLog for the network, with traffic_type REJECT where ALL costs too much",
    references=(
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        "AWS Security Hub control EC2.6",
    ),
)


@RULE.graph(VPC)
def check(network: Subject) -> Iterator[Said]:
    found = network.world.pointing_at(network, FLOW_LOG, "vpcId")
    if found.sure:
        return
    if found.unsure:
        raise Undecided(f"the network that {found.unsure[0].name} is for", found.unsure[0], "vpcId")
    yield fail(network, f"{network.name} has no flow log")
