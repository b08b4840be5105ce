"""What came of reading a stack file: steps with checked arguments, as plain data without any Output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model.place import Place, Problem
from ..model.schedule import Schedule
from .accept import Acceptance
from .budget import Budget
from .options import StepOptions
from .policy import Policy
from .scope import Scope
from .source import Node
from .targets import Target


@dataclass(frozen=True)
class PlannedStep:
    """One entry of a stack file, one round of its loop."""

    name: str  # its Pulumi name
    word: str  # aws.fsx_lustre
    place: Place  # of the component's word
    component: Any  # the class
    values: Mapping[str, Any]  # arguments, evaluated; what only the cloud knows is a Later
    nodes: Node  # arguments as written
    scope: Scope  # the names that it saw
    provider: str = ""  # name of its target
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_nodes: Mapping[str, Node] = field(default_factory=dict)  # where each tag was written
    formerly: tuple[str, ...] = ()
    options: StepOptions = StepOptions()
    options_place: Place | None = None
    depends_on: tuple[str, ...] = ()  # Pulumi names
    accept: tuple[Acceptance, ...] = ()
    accept_node: Node | None = None  # where they are written
    name_place: Place | None = None
    schedule: Schedule | None = None
    description: str = ""
    left_out: str = ""  # why nothing is made: the `when` that was false


@dataclass(frozen=True)
class Reading:
    """A stack file, read: what build() turns into resources."""

    stack: str
    file: str
    steps: Sequence[PlannedStep]  # in the order of the file, those left out included
    providers: Mapping[str, Target]
    outputs: Mapping[str, Any]
    tags: Mapping[str, str | None]
    scope: Scope  # the stack's own names
    top: Node  # the whole file, extended files below it
    description: str = ""
    budget: Budget | None = None
    policy: Policy | None = None
    accept: tuple[Acceptance, ...] = ()
    notices: tuple[Problem, ...] = ()  # worth knowing, but no reason to refuse

    @property
    def built(self) -> list[PlannedStep]:
        return [s for s in self.steps if not s.left_out]
