"""A launch into a capacity block says all that it takes: market type, reservation and preference."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import capacity_block_rules

from ..launches import LAUNCHING, NODE_GROUP, Launch, launches_of
from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Subject, Unsure

RULE = Rule(
    title="a launch into a capacity block names the block and its market type",
    level="mandatory",
    why="Without the market type EC2 answers that it is not valid, and without the reservation nothing is launched: "
    "the block runs out unused.",
    fix="write `marketType: capacity-block` and the block as capacity reservation target",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-launch.html",
        "https://github.com/eksctl-io/eksctl/issues/8542",
        "https://github.com/hashicorp/terraform-provider-aws/issues/40876",
    ),
)
BLOCK = "aws:ec2/capacityBlockReservation:CapacityBlockReservation"
MARKET = "instanceMarketOptions"
SPECIFICATION = "capacityReservationSpecification"
ONLY = "capacity-reservations-only"


@RULE.graph(*LAUNCHING)
def check(subject: Subject) -> Iterator[Said]:
    said = [one for launch in launches_of(subject) for one in _of(launch)]
    if all(one is None for one in said):
        raise NotApplicable
    for one in said:
        yield from one or ()


def _of(launch: Launch) -> Iterator[list[Said] | None]:
    """None where it has nothing to do with capacity blocks."""
    market = launch.market()
    in_template = launch.template.text(f"{MARKET}.marketType") if launch.template is not None else ""
    if "capacity-block" in (market, in_template):
        yield list(each(_named, launch, market))
    elif any(isinstance(one, Subject) and one.type == BLOCK for one in launch.reservations()):
        wanted = capacity_block_rules("machines").market_type
        yield [fail(launch.own, f"it is to use a capacity block, and its market type is {market}, not {wanted}")]
    else:
        yield [cannot_decide(launch.own, one.needs) for one in launch.reservations() if isinstance(one, Unsure)] or None


def _named(launch: Launch, market: str) -> Iterator[Said]:
    if launch.subject.type == NODE_GROUP and market != "capacity-block":
        yield fail(
            launch.subject,
            f"its launch template is for a capacity block, and `capacityType` is {market.upper().replace('-', '_')}",
            at="capacityType",
            fix="write `capacityType: CAPACITY_BLOCK`",
        )
    if not launch.reservations():
        yield fail(launch.own, "it is for a capacity block, and names none", at=SPECIFICATION)
        return
    preference = launch.block(SPECIFICATION).text("capacityReservationPreference", ONLY)
    if preference != ONLY:
        yield fail(
            launch.holder(SPECIFICATION) or launch.own,
            f"it names a capacity block, and prefers `{preference}`",
            at=f"{SPECIFICATION}.capacityReservationPreference",
            fix=f"remove it, or write {ONLY}",
        )
