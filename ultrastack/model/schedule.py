"""`schedule`: when do a step's machines run?"""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .cron import moments


def _cron(text: str) -> str:
    try:
        moments(text)
    except ValueError as e:
        raise ValueError(f"must be cron: {e}") from None
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
        return name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()  # walks through folders: not for a name that is right
    if known:  # a machine without tzdata knows none, and must not refuse them all
        near = (*get_close_matches(name, known, 1, 0.7), "Europe/Berlin, or UTC")[0]
        raise ValueError(f"must be a time zone of the IANA list; fix: as {near}")
    return name


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
        if self.start is not None and self.stop is not None and moments(self.start) == moments(self.stop):
            raise ValueError("'start' and 'stop' come at the same time; fix: choose another stop")
        if self.hours_per_week is None and self.start is None and self.teardown_at is None:
            raise ValueError("says nothing; fix: give hours_per_week, start and stop, or teardown_at")
        return self
