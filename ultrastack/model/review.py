"""What does a change do to all stacks of a project? What a comment on a pull request is made of; plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .estate import StackPlan
from .plan import Note, Plan


@dataclass(frozen=True)
class Confinement:
    """How somebody else's program was kept from everything else."""

    mode: str  # "bubblewrap", "namespaces and Landlock", "Landlock", "limits only"
    enforced: tuple[str, ...] = ()  # in words: "no network"
    not_enforced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """Stacks, each with its plan and the comparison in it, or with why there is none."""

    project: str
    base: str  # in words: "main, 4 commits ago (1a2b3c4)"
    stacks: tuple[StackPlan, ...] = ()  # in the order of their names
    rules_from: str = ""  # the revision whose rules judge; "": what lies here
    notes: tuple[Note, ...] = ()  # what holds for all: lock files that differ
    confinement: Confinement | None = None  # None: the programs were trusted

    def compared(self) -> Iterator[tuple[StackPlan, Plan]]:
        """Those that have a plan with a comparison."""
        return ((one, one.plan) for one in self.stacks if one.plan is not None and one.plan.comparison is not None)

    def failed(self) -> Iterator[StackPlan]:
        return (one for one in self.stacks if one.plan is None)
