"""A capacity reservation that ends says both that it ends and when."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a capacity reservation says both that it ends and when",
    level="mandatory",
    why="CreateCapacityReservation refuses one without the other; and a reservation without an end is paid for until "
    "somebody cancels it.",
    fix="write both `endDateType: limited` and `endDate`, or neither",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
        "-create-capacity-reservation-request/end-date-type.html",
    ),
)


@RULE.resource("aws:ec2/capacityReservation:CapacityReservation")
def check(reservation: Subject) -> Iterator[Said]:
    ends = reservation.text("endDateType", "unlimited") == "limited"
    if reservation.has("endDate") and not ends:
        yield fail(
            reservation, "it has an end date, and is not said to end", at="endDate", fix="add `endDateType: limited`"
        )
    if ends and not reservation.has("endDate"):
        yield fail(reservation, "it is said to end, and not when", at="endDateType", fix="add `endDate`")
