"""What of a long comment is left out, and in which order? The least important first; what is left out is counted.

Every piece has a rank; pieces of the lowest rank go first, within a rank those that stand last. What does not fit is
never cut in its middle: a piece is shown whole, by its brief form, or by a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """What a piece is worth; those of the lowest go first."""

    CONTEXT = 0  # what is as it was, and what holds for every run
    PROPERTIES = 1  # of changes that take nothing away
    HARMLESS = 2  # those changes
    GONE = 3  # findings
    PICTURE = 4
    ADVISORY = 5  # new findings, unclear ones, tags, notes
    PROBLEMS = 6  # of stacks that could not be planned
    RISK_WAYS = 7  # why, and ways out, of what takes something else than data
    RISKY = 8  # those changes
    NUMBERS = 9  # how many of all these there are
    FIXES = 10  # of new mandatory findings
    LOSS_WAYS = 11  # why data would be lost, and ways out
    MANDATORY = 12
    LOSS = 13  # changes that lose data
    WORST_NUMBERS = 14  # how many of these there are


@dataclass(frozen=True)
class Piece:
    """A row of a table, an entry of a list, or a block."""

    text: str
    rank: Rank
    noun: str  # what is counted where it is left out
    count: int = 1
    brief: str = ""  # what stands for it before it goes; "": nothing
    brief_rank: Rank = Rank.PROPERTIES
    brief_noun: str = ""
    about: tuple[str, ...] = ()  # what `rest` tells them apart by


@dataclass(frozen=True)
class Section:
    """Pieces under one title, which goes with the last of them; then `rest` says how many there are."""

    pieces: Sequence[Piece]
    head: str = ""
    foot: str = ""
    rest: Callable[[Sequence[Piece], bool], str] | None = None  # of what is left out; whether that is everything
    rest_rank: Rank = Rank.NUMBERS

    @property
    def worth(self) -> Rank:
        """When nothing of it is left."""
        return max([*(one.rank for one in self.pieces), *[self.rest_rank] * (self.rest is not None)])


def size(text: str) -> int:
    """In bytes, of which no text has fewer than characters: GitHub says it counts those, and was seen to count both."""
    return len(text.encode("utf-8", "replace"))


def fold(sections: Sequence[Section], top: Callable[[Mapping[str, int]], str], limit: int) -> str:
    """As much as fits; `top` is never left out, and is given what is. The smallest form where even that is too long."""
    steps = _steps(sections)
    fits, short = _shown(sections, top, steps, 0), 0
    if size(fits) <= limit:
        return fits
    # How many steps are needed: a search, since a few of them add a line that counts what they took.
    long, enough = 0, len(steps)
    fits = _shown(sections, top, steps, enough)
    while enough - long > 1:
        short = (long + enough) // 2
        text = _shown(sections, top, steps, short)
        if size(text) <= limit:
            fits, enough = text, short
        else:
            long = short
    return fits


_Step = tuple[int, int, str]  # section, piece, what happens to it
_Steps = Mapping[_Step, int]  # -> the how manieth it is


def _steps(sections: Sequence[Section]) -> _Steps:
    found: list[tuple[Rank, _Step]] = []
    for at, section in enumerate(sections):
        if section.rest is not None:
            found.append((section.rest_rank, (at, 0, "rest")))
        for number, piece in enumerate(section.pieces):
            if piece.brief:
                found.append((piece.brief_rank, (at, number, "brief")))
            found.append((piece.rank, (at, number, "drop")))
    found.sort(key=lambda one: (one[0], -one[1][0], -one[1][1]))
    return {step: number for number, (_, step) in enumerate(found)}


def _shown(sections: Sequence[Section], top: Callable[[Mapping[str, int]], str], steps: _Steps, taken: int) -> str:
    left_out: Counter[str] = Counter()
    blocks = []
    for at, section in enumerate(sections):
        kept: list[str] = []
        dropped: list[Piece] = []
        for number, piece in enumerate(section.pieces):
            if steps[at, number, "drop"] < taken:
                dropped.append(piece)
                left_out[piece.noun] += piece.count
            elif piece.brief and steps[at, number, "brief"] < taken:
                kept.append(piece.brief)
                left_out[piece.brief_noun] += piece.count
            else:
                kept.append(piece.text)
        if kept:
            blocks.append(section.head + "\n".join(kept) + section.foot)
        if dropped and section.rest is not None and steps[at, 0, "rest"] >= taken:
            blocks.append(section.rest(dropped, not kept))
    return "\n\n".join([top(left_out), *blocks]) + "\n"
