"""What does a time in five fields mean, as crontab(5) writes it?"""

from __future__ import annotations

import re
from typing import NamedTuple

MONTHS = {name: n for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), start=1)}
WEEKDAYS = {name: n for n, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
LONGEST_MONTHS = {4: 30, 6: 30, 9: 30, 11: 30, 2: 29}


class Field(NamedTuple):
    """One of the five fields of cron."""

    name: str
    first: int
    last: int
    names: dict[str, int] = {}


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("weekday", 0, 7, WEEKDAYS),
)


class Moments(NamedTuple):
    """What cron means: the numbers of each field; Sunday is 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]


def moments(cron: str) -> Moments:
    """Five fields, as crontab(5) has them; raises ValueError with a fix."""
    words = cron.split()
    if len(words) != len(FIELDS):
        raise ValueError("five fields are needed, minute hour day month weekday; fix: write it like 0 8 * * 1-5")
    minutes, hours, days, months, weekdays = (_numbers(word, field) for word, field in zip(words, FIELDS, strict=True))
    found = Moments(minutes, hours, days, months, tuple(sorted({day % 7 for day in weekdays})))
    if len(found.days) < 31 and len(found.weekdays) < 7:
        # crontab(5) takes the one or the other then, EventBridge Scheduler and Application Auto Scaling take only one
        raise ValueError("it has a day of the month and a weekday, and AWS takes one; fix: write * for the other")
    if not any(found.days[0] <= LONGEST_MONTHS.get(month, 31) for month in found.months):
        raise ValueError("it never comes, as no such month has that day; fix: choose a day that there is")
    return found


def every_number(field: Field) -> range:
    """What `*` stands for; of both Sundays only the 0."""
    return range(field.first, (6 if field.name == "weekday" else field.last) + 1)


def _numbers(text: str, field: Field) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        if slash and not (step_text.isdigit() and int(step_text)):
            raise ValueError(f"the {field.name} '{text}' has a step that is no number; fix: write it like */2")
        first, last = _span(span, text, field, to_the_end=bool(slash))
        found.update(range(first, last + 1, int(step_text) if slash else 1))
    return tuple(sorted(found))


def _span(span: str, text: str, field: Field, *, to_the_end: bool) -> tuple[int, int]:
    end = every_number(field)[-1]
    if span == "*":
        return field.first, end
    first_word, dash, last_word = span.partition("-")
    first = _number(first_word, text, field)
    if not dash:
        return first, max(first, end) if to_the_end else first
    last = _number(last_word, text, field)
    if field.name == "weekday" and last == 0 and first > 0:
        last = 7  # Friday to Sunday
    if last < first:
        spans = ((first, end), (field.first, last))
        fix = ",".join(f"{one}" if one == other else f"{one}-{other}" for one, other in spans)
        raise ValueError(f"the {field.name} '{text}' has a range that runs backwards; fix: write it like {fix}")
    return first, last


def _number(word: str, text: str, field: Field) -> int:
    if re.fullmatch(r"[0-9]+", word):
        number = int(word)
        if field.first <= number <= field.last:
            return number
        raise ValueError(
            f"the {field.name} '{text}' is outside of {field.first} to {field.last}; fix: choose a number between them"
        )
    if word.upper() in field.names:
        return field.names[word.upper()]
    names = f" or one of {', '.join(field.names)}" if field.names else ""
    raise ValueError(
        f"the {field.name} '{text}' is no {field.name}; fix: write a number from {field.first} to {field.last}{names}"
    )
