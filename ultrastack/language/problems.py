"""How are all problems of a file collected, not only the first?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ..model.place import Place, Problem, Refused

T = TypeVar("T")
MOST = 200  # problems that are kept: a loop over 10,000 items makes the same mistake 10,000 times


class Problems:
    """What was found so far, while reading goes on with what is usable."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.seen: set[Problem] = set()

    def note(self, place: Place, what: str, fix: str = "") -> None:
        self.add(Problem(place, what, fix))

    def add(self, *problems: Problem) -> None:
        for problem in problems:
            if problem not in self.seen and len(self.found) < MOST:
                self.seen.add(problem)
                self.found.append(problem)

    def attempt(self, function: Callable[[], T]) -> T | None:
        """What the function gives, or None and its problems noted."""
        try:
            return function()
        except Refused as e:
            self.add(*e.problems)
            return None

    def raise_if_any(self) -> None:
        if self.found:
            raise Refused(*self.found)


def key_place(place: Place, word: str) -> Place:
    """The place of a key, as wide as its word."""
    return replace(place, width=max(1, len(word)))
