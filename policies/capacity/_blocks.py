"""Which capacity blocks does a component of the toolkit speak of, and when do they start and end?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ultrastack.catalog import capacity_block_rules, ultraservers_of
from ultrastack.catalog.capacity_blocks import CapacityBlockRules

from ..launches import GROUP, RESERVATION_GROUP, RESERVATIONS, SCHEDULE, Launch, launches, launches_of
from ..rule import Undecided
from ..world import Block, Outside, Subject, Unsure, World

NAMES = ("id", "resource_group_arn")
COMPONENTS = ("ultrastack:aws:Trn2UltraserverCluster", "ultrastack:aws:AcceleratorCluster")


@dataclass(frozen=True)
class CapacityBlock:
    """One that a component's arguments describe."""

    component: Subject
    block: Block

    @property
    def called(self) -> str:
        given = (self.block.raw(name) for name in NAMES)
        return next((one for one in given if isinstance(one, str)), "a capacity block")

    @property
    def is_launched(self) -> bool:
        """Raises Undecided."""
        return self.block.flag("launch", True)

    def moment(self, name: str) -> datetime | None:
        """`starts_at` or `ends_at`; None where it is not given. Raises Undecided."""
        return moment(self.block, name)


def capacity_blocks(component: Subject) -> Iterator[CapacityBlock]:
    """Wherever they stand in its arguments. Raises Undecided."""
    component.get("capacity_block")
    component.blocks("ultraservers")
    yield from (CapacityBlock(component, one) for one in _described(component, "", component.values))


def _described(component: Subject, path: str, value: Any) -> Iterator[Block]:
    if isinstance(value, Mapping):
        if "ends_at" in value or "starts_at" in value:
            yield Block(component, path, value)
            return
        for name, inner in value.items():
            yield from _described(component, f"{path}.{name}" if path else name, inner)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            yield from _described(component, f"{path}[{i}]", inner)


def moment(block: Block, name: str) -> datetime | None:
    text = block.text(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Undecided(f"a moment as `{block.at(name)}` of {block.subject.name}", block, name) from None
    if found.tzinfo is None:
        raise Undecided(f"the time zone of `{block.at(name)}` of {block.subject.name}", block, name)
    return found


def launches_into(block: CapacityBlock) -> Iterator[Launch]:
    """What surely starts machines in it. Raises Undecided where nothing does, and a reservation is not known."""
    world = block.component.world
    named = [_named(world, block.block, name) for name in NAMES if block.block.has(name)]
    found, unsure = False, None
    for launch in launches(world):
        try:
            reservations = launch.reservations()
            if any(reservation in named for reservation in reservations):
                found = True
                yield launch
            for one in reservations:
                sure(one)
        except Undecided as e:
            unsure = e
    if unsure is not None and not found:
        raise unsure


def _named(world: World, block: Block, name: str) -> Subject | Outside | None:
    return world.meant(block, name, *(RESERVATIONS if name == "id" else (RESERVATION_GROUP,)))


def stops(block: CapacityBlock, launched: Sequence[Launch]) -> Iterator[tuple[Block, str, datetime]]:
    """Who says when its machines are gone, at which input, and when that is. Raises Undecided."""
    asked = block.component.block("schedule")
    if (teardown := moment(asked, "teardown_at")) is not None:
        yield asked, "teardown_at", teardown
    for action in (one for launch in launched if launch.subject.type == GROUP for one in to_zero(launch.subject)):
        if action.has("recurrence"):
            if (once := _once_a_year(action, block)) is not None:
                yield action, "recurrence", once
        elif (at := moment(action, "startTime")) is not None:
            yield action, "startTime", at


def _once_a_year(action: Subject, block: CapacityBlock) -> datetime | None:
    """The moment of `18 10 18 1 *` that is nearest to the block's end; None for what comes more often."""
    words, ends = action.text("recurrence").split(), block.moment("ends_at")
    if ends is None or len(words) != 5 or not all(word.isdecimal() for word in words[:4]) or words[4] != "*":
        return None
    minute, hour, day, month = map(int, words[:4])
    try:
        zone = ZoneInfo(action.text("timeZone", "UTC"))
        found = [datetime(year, month, day, hour, minute, tzinfo=zone) for year in range(ends.year - 1, ends.year + 2)]
    except (ValueError, ZoneInfoNotFoundError):  # the 29th of February, or no time zone
        return None
    return min(found, key=lambda one: abs(one - ends))


def to_zero(group: Subject) -> list[Subject]:
    """The scheduled actions that leave a group without machines. Raises Undecided."""
    found = group.world.pointing_at(group, SCHEDULE, "autoscalingGroupName")
    zero = [one for one in found.sure if 0 in (one.number("maxSize", -1), one.number("desiredCapacity", -1))]
    if found.unsure and not zero:
        raise Undecided(f"the group that {found.unsure[0].name} is for", found.unsure[0], "autoscalingGroupName")
    return zero


def rules_for(machines: tuple[str, ...]) -> CapacityBlockRules:
    """Of UltraServers where one is made of such machines, of single machines else."""
    return capacity_block_rules("ultraservers" if any(map(ultraservers_of, machines)) else "machines")


def grace(rules: CapacityBlockRules) -> timedelta:
    """How long before a block's end its machines have to be gone, or EC2 ends them."""
    if rules.owner_ends_minutes_before is not None:
        return timedelta(minutes=rules.owner_ends_minutes_before)
    if rules.machines_end_at_utc is None:
        return timedelta(0)
    return _clock(rules.ends_at_utc) - _clock(rules.machines_end_at_utc)


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def sure(found: Subject | Outside | Unsure) -> Subject | Outside:
    if isinstance(found, Unsure):
        raise Undecided(found.needs)
    return found


def unsure_reservation(subject: Subject) -> str:
    """What would tell which reservations its machines use; empty where it is known. Raises Undecided."""
    named = (one for launch in launches_of(subject) for one in launch.reservations())
    return next((one.needs for one in named if isinstance(one, Unsure)), "")


def name_of(found: Subject | Outside) -> str:
    return found.name if isinstance(found, Subject) else found.id
