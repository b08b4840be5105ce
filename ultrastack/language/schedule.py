"""`schedule`: when do the step's machines run?

The form is checked and kept; components do not make scheduled actions of it yet.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from .forms import Form

CRON = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))


def _cron(text: str) -> str:
    if not re.fullmatch(r"\S+( \S+){4}", text) or not re.fullmatch(r"[-\d*/,A-Za-z ]+", text):
        raise ValueError("must be cron: minute hour day month weekday; fix: as 0 8 * * 1-5")
    for written, (field, first, last) in zip(text.split(" "), CRON, strict=True):
        numbers = re.findall(r"\d+", re.sub(r"/\d+", "", written))  # behind / stands a step, not a moment
        if any(not first <= int(n) <= last for n in numbers):
            raise ValueError(f"must be cron, with a {field} from {first} to {last}; fix: as 0 8 * * 1-5")
    return text


def _moment(text: str) -> str:
    try:
        if datetime.fromisoformat(text).tzinfo is None:
            raise ValueError
    except ValueError:
        raise ValueError("must be a moment with its zone; fix: as 2026-12-15T11:30:00Z") from None
    return text


class Schedule(Form):
    """When something runs that can be stopped or scaled to zero."""

    hours_per_week: int | float | None = Field(
        default=None, ge=0, le=168, description="Hours it runs in a week, for the cost."
    )
    start: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="When it starts, as cron: 0 8 * * 1-5."
    )
    stop: Annotated[str, AfterValidator(_cron)] | None = Field(
        default=None, description="When it stops, as cron: 0 19 * * 1-5."
    )
    time_zone: str | None = Field(
        default=None, pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", description="Zone of start and stop, as Europe/Berlin."
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
