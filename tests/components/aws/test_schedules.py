"""A time in a stack file is the same moment in every way in which AWS writes times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from components.aws._schedules import (
    aws_at,
    aws_cron,
    once_a_year,
    recurrence,
    start_time,
    time_zone,
)
from ultrastack.model.cron import moments

# cron, recurrence of an auto scaling group, cron of EventBridge Scheduler and Application Auto Scaling
CASES = [
    ("0 8 * * *", "0 8 * * *", "cron(0 8 * * ? *)"),
    ("0 8 * * 1-5", "0 8 * * 1-5", "cron(0 8 ? * 2-6 *)"),
    ("30 19 * * MON-FRI", "30 19 * * 1-5", "cron(30 19 ? * 2-6 *)"),
    ("30 19 * * mon-fri", "30 19 * * 1-5", "cron(30 19 ? * 2-6 *)"),
    ("0 0 * * 0", "0 0 * * 0", "cron(0 0 ? * 1 *)"),
    ("0 0 * * 7", "0 0 * * 0", "cron(0 0 ? * 1 *)"),
    ("0 0 * * 0,7", "0 0 * * 0", "cron(0 0 ? * 1 *)"),
    ("0 0 * * SUN", "0 0 * * 0", "cron(0 0 ? * 1 *)"),
    ("0 0 * * 6", "0 0 * * 6", "cron(0 0 ? * 7 *)"),
    ("0 0 * * 6,0", "0 0 * * 0,6", "cron(0 0 ? * 1,7 *)"),
    ("0 0 * * 5-7", "0 0 * * 0,5,6", "cron(0 0 ? * 1,6,7 *)"),
    ("0 0 * * FRI-SUN", "0 0 * * 0,5,6", "cron(0 0 ? * 1,6,7 *)"),
    ("0 0 * * 0-6", "0 0 * * *", "cron(0 0 * * ? *)"),
    ("0 0 * * 1-7", "0 0 * * *", "cron(0 0 * * ? *)"),
    ("0 0 * * */2", "0 0 * * 0,2,4,6", "cron(0 0 ? * 1,3,5,7 *)"),
    ("0 0 * * 1-5/2", "0 0 * * 1,3,5", "cron(0 0 ? * 2,4,6 *)"),
    ("0 0 1 * *", "0 0 1 * *", "cron(0 0 1 * ? *)"),
    ("0 0 1,15 * *", "0 0 1,15 * *", "cron(0 0 1,15 * ? *)"),
    ("0 0 1-31 * *", "0 0 * * *", "cron(0 0 * * ? *)"),
    ("0 0 1-31 * 1", "0 0 * * 1", "cron(0 0 ? * 2 *)"),
    ("0 0 1 1,6,12 *", "0 0 1 1,6,12 *", "cron(0 0 1 1,6,12 ? *)"),
    ("0 0 1 JAN,Jun *", "0 0 1 1,6 *", "cron(0 0 1 1,6 ? *)"),
    ("0 0 31 1-12 *", "0 0 31 * *", "cron(0 0 31 * ? *)"),
    ("*/15 * * * *", "0,15,30,45 * * * *", "cron(0,15,30,45 * * * ? *)"),
    ("5/20 * * * *", "5,25,45 * * * *", "cron(5,25,45 * * * ? *)"),
    ("0 8-18 * * *", "0 8-18 * * *", "cron(0 8-18 * * ? *)"),
    ("0 8-18/5 * * *", "0 8,13,18 * * *", "cron(0 8,13,18 * * ? *)"),
    ("0 22-23,0-4 * * *", "0 0-4,22,23 * * *", "cron(0 0-4,22,23 * * ? *)"),
    ("0 0 29 2 *", "0 0 29 2 *", "cron(0 0 29 2 ? *)"),
    ("00 08 * * 1", "0 8 * * 1", "cron(0 8 ? * 2 *)"),
]


@pytest.mark.parametrize(("cron", "group", "scheduler"), CASES, ids=[case[0] for case in CASES])
def test_cron(cron: str, group: str, scheduler: str) -> None:
    assert (recurrence(cron), aws_cron(cron)) == (group, scheduler)


@pytest.mark.parametrize("cron", [case[0] for case in CASES])
def test_a_recurrence_means_what_was_written(cron: str) -> None:
    assert moments(recurrence(cron)) == moments(cron)


@pytest.mark.parametrize("cron", [case[0] for case in CASES])
def test_awss_cron_comes_on_the_days_of_cron(cron: str) -> None:
    """Over a leap year, by a reading of AWS's fields of its own: Sunday is 1, ? leaves the other day to decide."""
    _, _, day, month, weekday, year = aws_cron(cron).removeprefix("cron(").removesuffix(")").split()
    assert (day == "?") != (weekday == "?") and year == "*"
    at = moments(cron)
    one = datetime(2028, 1, 1, tzinfo=UTC)
    while one.year == 2028:
        sunday_is_1 = one.isoweekday() % 7 + 1
        theirs = _has(month, one.month) and _has(day, one.day) and _has(weekday, sunday_is_1)
        ours = one.month in at.months and one.day in at.days and one.isoweekday() % 7 in at.weekdays
        assert theirs == ours, one
        one += timedelta(days=1)


def _has(field: str, number: int) -> bool:
    if field in ("*", "?"):
        return True
    spans = [part.partition("-") for part in field.split(",")]
    return any(int(first) <= number <= int(last or first) for first, _, last in spans)


@pytest.mark.parametrize(
    ("moment", "at", "started"),
    [
        ("2026-12-15T11:30:00Z", "at(2026-12-15T11:30:00)", "2026-12-15T11:30:00Z"),
        ("2026-12-15T11:30:00+00:00", "at(2026-12-15T11:30:00)", "2026-12-15T11:30:00Z"),
        ("2027-01-01T00:30:00+01:00", "at(2026-12-31T23:30:00)", "2026-12-31T23:30:00Z"),
        ("2026-12-15T11:30:00.750-08:00", "at(2026-12-15T19:30:00)", "2026-12-15T19:30:00Z"),
    ],
)
def test_moments_are_in_utc_and_to_the_second(moment: str, at: str, started: str) -> None:
    assert (aws_at(moment), start_time(moment)) == (at, started)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("Europe/Berlin", "Europe/Berlin"), ("UTC", "Etc/UTC"), ("Zulu", "Etc/UTC"), ("Etc/UTC", "Etc/UTC")],
)
def test_utc_has_a_canonical_name(name: str, canonical: str) -> None:
    assert time_zone(name) == canonical


@pytest.mark.parametrize(
    ("moment", "later", "recurs"),
    [
        ("2026-12-01T11:30:00Z", 0, "30 11 1 12 *"),
        ("2026-12-01T11:30:01Z", 0, "31 11 1 12 *"),  # not before it
        ("2026-12-15T11:30:00Z", -42, "48 10 15 12 *"),
        ("2026-12-15T11:30:59Z", -42, "48 10 15 12 *"),  # not after it
        ("2027-01-01T00:10:00Z", -42, "28 23 31 12 *"),
        ("2026-12-15T23:30:00-08:00", 0, "30 7 16 12 *"),
        ("2028-03-01T00:10:00Z", -20, "50 23 29 2 *"),
    ],
)
def test_once_a_year(moment: str, later: int, recurs: str) -> None:
    assert once_a_year(moment, later) == recurs
    assert recurrence(recurs) == recurs
