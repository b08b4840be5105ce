"""What is a name that is not there?"""

from __future__ import annotations

from typing import Any

from .limits import Complaint


class Absent:
    """A name or key that is not there: an answer to `is defined` and `default`, an error everywhere else."""

    __slots__ = ("fix", "key", "name", "why")

    def __init__(self, why: str, fix: str = "", name: str = "", key: Any = ...):
        self.why = why
        self.key = key  # stands for {} in `why`; it may come from a secret
        self.fix = fix
        self.name = name  # the unknown variable, if it is one

    def complaint(self) -> Complaint:
        return Complaint(self.why, self.fix, self.key, "such part", self.name)


class Announced(Absent):
    """A name that some step registers or could register, but not for the step that reads it."""


class LeftOut(Absent):
    """A register whose step's `when` was false: undefined, all the way down."""

    __slots__ = ("outputs",)

    def __init__(self, why: str, outputs: tuple[str, ...] = (), name: str = ""):
        super().__init__(why, "guard it with `is defined` or `| default(...)`", name)
        self.outputs = outputs  # what the step would have had: a misspelt one is an error all the same
