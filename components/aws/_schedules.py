"""How does AWS write the times of a step's `schedule`? Its own cron, a recurrence, and moments in UTC."""

from __future__ import annotations

import datetime

from ultrastack.model.cron import FIELDS, every_number, moments


def recurrence(cron: str) -> str:
    """Five fields again, as a scheduled action of an auto scaling group takes them: numbers only, Sunday is 0."""
    at = moments(cron)
    return " ".join(_written(numbers, every_number(field)) for numbers, field in zip(at, FIELDS, strict=True))


def aws_cron(cron: str) -> str:
    """`cron(minutes hours day month weekday year)` of EventBridge Scheduler, its rules and Application Auto Scaling:
    one of the two days must be ?, and Sunday is 1."""
    at = moments(cron)
    minute, hour, day, month = (_written(n, every_number(field)) for n, field in zip(at[:4], FIELDS[:4], strict=True))
    if len(at.weekdays) == 7:
        return f"cron({minute} {hour} {day} {month} ? *)"
    return f"cron({minute} {hour} ? {month} {_written(tuple(n + 1 for n in at.weekdays), range(1, 8))} *)"


def time_zone(name: str) -> str:
    """PutScheduledUpdateGroupAction, TimeZone: canonical names only, and UTC is another name of Etc/UTC."""
    return "Etc/UTC" if name in ("UTC", "UCT", "Universal", "Zulu") else name


def aws_at(moment: str) -> str:
    """`at(...)` of EventBridge Scheduler and Application Auto Scaling, in UTC."""
    return f"at({_utc(moment):%Y-%m-%dT%H:%M:%S})"


def start_time(moment: str) -> str:
    """A moment as a scheduled action of an auto scaling group takes it, in UTC and to the second."""
    return f"{_utc(moment):%Y-%m-%dT%H:%M:%SZ}"


def once_a_year(moment: str, minutes_later: int = 0) -> str:
    """A recurrence, in UTC, that comes at this moment and again a year later.

    For what has to be over within a year: an action with a start_time is deleted once it has run, and AWS refuses to
    make it again, as its moment has passed; one with a recurrence stays as it is.
    """
    at = _utc(moment) + datetime.timedelta(minutes=minutes_later)
    if at.second or at.microsecond:
        at += datetime.timedelta(minutes=1 if minutes_later >= 0 else 0)
    return f"{at.minute} {at.hour} {at.day} {at.month} *"


def _utc(moment: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(moment).astimezone(datetime.UTC)


def _written(numbers: tuple[int, ...], everything: range) -> str:
    """Ranges where three or more follow each other: 1-5,7"""
    if len(numbers) == len(everything):
        return "*"
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs]
    return ",".join(parts)
