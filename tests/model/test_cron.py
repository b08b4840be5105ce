"""What is no time in five fields is refused, with what to write."""

from __future__ import annotations

import pytest

from ultrastack.model.cron import Moments, moments

REFUSED = [
    ("0 8 * *", "five fields are needed, minute hour day month weekday; fix: write it like 0 8 * * 1-5"),
    ("@daily", "five fields are needed, minute hour day month weekday; fix: write it like 0 8 * * 1-5"),
    ("60 8 * * *", "the minute '60' is outside of 0 to 59; fix: choose a number between them"),
    ("0 24 * * *", "the hour '24' is outside of 0 to 23; fix: choose a number between them"),
    ("0 8 0 * *", "the day '0' is outside of 1 to 31; fix: choose a number between them"),
    ("0 8 1,32 * *", "the day '1,32' is outside of 1 to 31; fix: choose a number between them"),
    ("0 8 * 13 *", "the month '13' is outside of 1 to 12; fix: choose a number between them"),
    ("0 8 * * 8", "the weekday '8' is outside of 0 to 7; fix: choose a number between them"),
    ("0 8 L * *", "the day 'L' is no day; fix: write a number from 1 to 31"),
    ("0 8 ? * *", "the day '?' is no day; fix: write a number from 1 to 31"),
    ("0 8,, * * *", "the hour '8,,' is no hour; fix: write a number from 0 to 23"),
    (
        "0 8 * foo *",
        "the month 'foo' is no month; fix: write a number from 1 to 12 or one of JAN, FEB, MAR, APR, MAY, JUN, JUL, "
        "AUG, SEP, OCT, NOV, DEC",
    ),
    (
        "0 8 * * Monday",
        "the weekday 'Monday' is no weekday; fix: write a number from 0 to 7 or one of SUN, MON, TUE, WED, THU, FRI, "
        "SAT",
    ),
    ("*/0 * * * *", "the minute '*/0' has a step that is no number; fix: write it like */2"),
    ("*/x * * * *", "the minute '*/x' has a step that is no number; fix: write it like */2"),
    ("0 22-4 * * *", "the hour '22-4' has a range that runs backwards; fix: write it like 22-23,0-4"),
    ("0 8 * * 6-1", "the weekday '6-1' has a range that runs backwards; fix: write it like 6,0-1"),
    ("0 8 31 2 *", "it never comes, as no such month has that day; fix: choose a day that there is"),
    ("0 8 31 4,6 *", "it never comes, as no such month has that day; fix: choose a day that there is"),
    (
        "0 8 1 * 1",
        "it has a day of the month and a weekday, and AWS takes one; fix: write * for the other",
    ),
]


@pytest.mark.parametrize(("cron", "said"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_is_no_time_is_refused(cron: str, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        moments(cron)
    assert str(refused.value) == said


def test_what_it_means() -> None:
    every = (tuple(range(1, 32)), tuple(range(1, 13)))
    assert moments("30 8,20 * * FRI-SUN") == Moments((30,), (8, 20), *every, (0, 5, 6))
