"""A group with spot machines hears when they are about to be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import GROUP, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject, World

RULE = Rule(
    title="a group with spot machines is told before they are taken back",
    level="advisory",
    why="EC2 gives two minutes at the end; the advice that a machine is at risk comes earlier, and without "
    "rebalancing or a rule that hears it jobs end without a checkpoint.",
    fix="set `capacityRebalance: true`, or hear the interruption warnings with an EventBridge rule",
    references=(
        "https://docs.amazonaws.cn/en_us/autoscaling/ec2/userguide/enable-capacity-rebalancing-console-cli.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
    ),
)
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
WARNINGS = ("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation")


@RULE.graph(GROUP)
def check(group: Subject) -> Iterator[Said]:
    if all(launch.market() != "spot" for launch in launches_of(group)):
        raise NotApplicable
    if group.flag("capacityRebalance") or group.world.once(_heard):
        return
    yield fail(
        group,
        "its machines are spot, and nobody hears when they are about to be taken back",
        at="capacityRebalance",
        remedy={"aws.accelerator_cluster.spot.rebalance": True} if group.resource.step else None,
    )


def _heard(world: World) -> bool:
    rules = list(world.of_type(EVENT_RULE))
    if any(warning in str(rule.raw("eventPattern")) for rule in rules for warning in WARNINGS):
        return True
    for rule in rules:
        if not rule.knows("eventPattern"):
            raise Undecided(f"`eventPattern` of {rule.name}, known only after `up`", rule, "eventPattern")
    return False
