"""What does a step know of the file around it while it is read?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.place import Place, Problem
from .name import Taken
from .problems import Problems
from .scope import Scope
from .source import Node

if TYPE_CHECKING:
    from .finder import ComponentEntry
    from .reading import PlannedStep
    from .targets import Target

MOST_STEPS = 20_000  # rounds of loops included: a loop in an include in a loop must end somewhere


@dataclass
class Run:
    """One stack being read: what all its files share."""

    root: Path
    project: str
    stack: str
    components: Mapping[str, ComponentEntry]
    top: Scope  # the stack's variables, without registers
    problems: Problems = field(default_factory=Problems)
    targets: Mapping[str, Target] = field(default_factory=dict)
    refused_targets: frozenset[str] = frozenset()
    steps: list[PlannedStep] = field(default_factory=list)
    taken: dict[str, Taken] = field(default_factory=dict)
    doubled: set[Place] = field(default_factory=set)  # names that two steps of a file have, as written
    earlier: list[tuple[str, Place]] = field(default_factory=list)  # what `formerly` says
    declared: set[str] = field(default_factory=set)  # names of variables anywhere in the stack
    notices: list[Problem] = field(default_factory=list)
    rounds: int = 0
    loaded: dict[str, Any] = field(default_factory=dict)  # a component's word -> its class, None if it cannot be loaded

    def count(self, place: Place) -> bool:
        """One more round of a step; False when there are too many."""
        self.rounds += 1
        if self.rounds == MOST_STEPS + 1:
            self.problems.note(place, f"the stack has more than {MOST_STEPS:,} steps", "split it into several stacks")
        return self.rounds <= MOST_STEPS


@dataclass
class Frame:
    """Where steps are read: the stack file, or an included file inside the step that includes it."""

    run: Run
    scope: Scope
    steps: Node | None  # the list of steps, to tell a later name from an unknown one
    prefix: str = ""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    tag_nodes: Mapping[str, Node] = field(default_factory=dict)
    provider: str = ""
    named: dict[str, list[str]] = field(default_factory=dict)  # a step's name, as given and as written -> Pulumi names
    open: tuple[str, ...] = ()  # files that are being included, outermost first

    def later_names(self) -> set[str]:
        nodes: list[Node] = self.steps.value if self.steps is not None else []
        names = [n.child("name") for n in nodes if n.kind == "map"]
        return {n.value for n in names if n is not None and n.kind == "text"}


@dataclass(frozen=True)
class Round:
    """One round of a step's loop; the only one of a step without a loop."""

    key: Any  # None, the number of the item, or its key
    scope: Scope
