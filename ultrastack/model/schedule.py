"""`schedule`: when do a step's machines run?"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

CRON = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))


def _cron(text: str) -> str:
    if not re.fullmatch(r"\S+( \S+){4}", text) or not re.fullmatch(r"[-\d*/,A-Za-z ]+", text):
        raise ValueError("must be cron: minute hour day month weekday; fix: as 0 8 * * 1-5")
    for written, (field, first, last) in zip(text.split(" "), CRON, strict=True):
        numbers = re.findall(r"\d+", re.sub(r"/\d+", "", written))  # behind / stands a step, not a moment
        if any(not first <= int(n) <= last for n in numbers):
            raise ValueError(f"must be cron, with a {field} from {first} to {last}; fix: as 0 8 * * 1-5")
    day, weekday = text.split(" ")[2], text.split(" ")[4]
    if day != "*" and weekday != "*":
        # cron takes either, EventBridge Scheduler and Application Auto Scaling take only one of them
        raise ValueError("has a day of the month and a weekday, and the clouds take one; fix: write * for the other")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if _zones_are_known():
            raise ValueError("is no time zone of the IANA list; fix: as Europe/Berlin, or UTC") from None
    return name


def _zones_are_known() -> bool:
    """A machine without tzdata knows none, and must not refuse them all."""
    try:
        return bool(ZoneInfo("Europe/Berlin"))
    except ZoneInfoNotFoundError:
        return False


def _moment(text: str) -> str:
    try:
        if datetime.fromisoformat(text).tzinfo is None:
            raise ValueError
    except ValueError:
        raise ValueError("must be a moment with its zone; fix: as 2026-12-15T11:30:00Z") from None
    return text


class Schedule(BaseModel):
    """When something runs that can be stopped or scaled to zero."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    hours_per_week: int | float | None = Field(
        default=None, ge=0, le=168, description="Hours it runs in a week, for the cost."
    )
    start: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="When it starts, as cron: 0 8 * * 1-5."
    )
    stop: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="When it stops, as cron: 0 19 * * 1-5."
    )
    time_zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="Zone of start and stop, as Europe/Berlin."
    )
    teardown_at: Annotated[str, AfterValidator(_moment)] | None = Field(
        default=None, description="When it is to be gone, as 2026-12-15T11:30:00Z."
    )

    @model_validator(mode="after")
    def _complete(self) -> Schedule:
        if (self.start is None) != (self.stop is None):
            raise ValueError("'start' and 'stop' need each other; fix: add the other one")
        if self.start is not None and self.time_zone is None:
            raise ValueError("'start' and 'stop' need a 'time_zone'; fix: add time_zone: Europe/Berlin, or UTC")
        if self.hours_per_week is None and self.start is None and self.teardown_at is None:
            raise ValueError("says nothing; fix: give hours_per_week, start and stop, or teardown_at")
        return self
