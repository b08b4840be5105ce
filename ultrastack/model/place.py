"""Where does something stand in a file, and what is wrong there?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
EXCERPT_WIDTH = 120  # characters of a source line shown under a problem


@dataclass(frozen=True)
class Place:
    """A place in a file; line and column count from 1, line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0
    width: int = 1
    excerpt: str = field(default="", compare=False, repr=False)  # the whole source line

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One refusal: where it is, what is wrong in the user's own words, what to type instead."""

    place: Place
    what: str
    fix: str = ""

    def __str__(self) -> str:
        lines = [f"{printable(str(self.place))}  {printable(self.what)}"]
        if self.place.line and self.place.excerpt:
            lines += _excerpt(self.place)
        if self.fix:
            lines.append(f"   fix: {printable(self.fix)}")
        return "\n".join(lines)


class Refused(Exception):
    """The input cannot be used; holds every problem found, in the order of the file."""

    def __init__(self, *problems: Problem):
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = in_order(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without repetitions, by file, line, column and words."""
    return tuple(sorted(set(problems), key=lambda p: (p.place.file, p.place.line, p.place.column, p.what, p.fix)))


def printable(text: str) -> str:
    """Control characters of a user's file must not reach a terminal; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def no_command(text: str) -> str:
    """What is about to be written, without what GitHub's runner would take for a command to itself: `::` at the
    beginning of a line, `##[` anywhere. For whole pages only: IPv6's `::/0` is a value like any other.

    Source: src/Runner.Common/ActionCommand.cs of actions/runner; it looks at stdout and stderr.
    """
    if "::" not in text and "##[" not in text:
        return text
    return _COMMAND.sub("\\1\N{ZERO WIDTH SPACE}::", text).replace("##[", "## [")


def _columns(text: str) -> int:
    """How wide a terminal shows it: 日本 and emoji take two columns each, an accent of its own none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _excerpt(place: Place) -> list[str]:
    """The source line with a caret; of a very long line only the part around the caret."""
    start = max(0, place.column - 1 - EXCERPT_WIDTH // 2) if len(place.excerpt) > EXCERPT_WIDTH else 0
    shown = "".join(c if c.isprintable() else " " for c in place.excerpt[start : start + EXCERPT_WIDTH])
    before, after = "…" * (start > 0), "…" * (start + EXCERPT_WIDTH < len(place.excerpt))
    at = place.column - 1 - start
    indent = len(before) + _columns(shown[:at]) + max(0, at - len(shown))
    width = max(1, _columns(shown[at : at + place.width]))
    return [f"{place.line:5d} | {before}{shown}{after}".rstrip(), "      | " + " " * indent + "^" * width]
