"""Spot machines that are to stop or hibernate when they are taken back belong to a request that lasts."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import INSTANCE, SPOT_FLEET, SPOT_INSTANCE, TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Block, Subject

RULE = Rule(
    title="spot machines that stop or hibernate belong to a request that lasts",
    level="mandatory",
    why="EC2 refuses a request for once that is to stop or hibernate, and one that lasts and is to terminate.",
    fix="remove the interruption behavior: the machine is terminated then, and its group starts another",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
        "https://docs.aws.amazon.com/goto/WebAPI/ec2-2016-11-15/SpotMarketOptions",
    ),
)
STOPS = ("stop", "hibernate")


@RULE.resource(INSTANCE, TEMPLATE, SPOT_INSTANCE, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == SPOT_FLEET:
        yield from _fleet(subject)
    elif subject.type == SPOT_INSTANCE:
        yield from _said(subject, "instanceInterruptionBehavior", subject.text("spotType", "persistent"), "spotType")
    else:
        market = subject.block("instanceMarketOptions")
        if not market.has("spotOptions"):
            raise NotApplicable
        options = market.block("spotOptions")
        lasts = options.text("spotInstanceType", "one-time")
        yield from _said(options, "instanceInterruptionBehavior", lasts, "spotInstanceType")
        # RunInstances takes a lasting request only for machines that stop; a spot request of its own may terminate
        if lasts == "persistent" and options.text("instanceInterruptionBehavior", "terminate") not in STOPS:
            yield fail(options, "a persistent request is to terminate its machine", at="spotInstanceType")


def _said(block: Block, name: str, lasts: str, named: str) -> Iterator[Said]:
    behavior = block.text(name, "terminate")
    if behavior in STOPS and lasts != "persistent":
        yield fail(block, f"`{behavior}` needs a persistent request, and `{named}` is {lasts}", at=name)


def _fleet(fleet: Subject) -> Iterator[Said]:
    behavior, kind = fleet.text("instanceInterruptionBehaviour", "terminate"), fleet.text("fleetType", "maintain")
    if behavior in STOPS and kind != "maintain":
        yield fail(
            fleet,
            f"`{behavior}` needs a fleet that is maintained, and `fleetType` is {kind}",
            at="instanceInterruptionBehaviour",
        )
