"""What is there to say about one stack? All that a report is made of, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .comparison import Comparison
from .cost import Cost
from .finding import Judgement
from .graph import Graph, Resource
from .picture import Picture
from .requirement import Requirement
from .stack_file import StackFile

Action = Literal["create", "import", "read"]


@dataclass(frozen=True)
class Note:
    """Something the reader should know, and what can be typed about it."""

    text: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One run of one stack against its base.

    What a stage looked at is named in `checked`; what nobody looked at is named in `not_checked`, so that an empty
    list is never mistaken for "nothing found".
    """

    graph: Graph
    base: str  # what the plan is compared with, in words: "nothing, all new"
    description: str = ""  # the stack file's own
    checked: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()  # names of the steps that were asked for; empty: all. The graph is always whole
    notes: tuple[Note, ...] = ()
    file: StackFile | None = None  # None: a program that reads no stack file of ours
    judgement: Judgement | None = None  # None: no rule was asked
    before_up: tuple[Requirement, ...] = ()
    comparison: Comparison | None = None  # None: it was compared with nothing
    cost: Cost | None = None  # None: nobody has looked
    picture: Picture | None = None  # of all that would be there; None: nobody has drawn it

    def shown(self) -> Iterator[Resource]:
        """The resources of the selected steps, in the graph's order."""
        return (r for r in self.graph.resources if not self.selected or r.step in self.selected)


def action(resource: Resource) -> Action | None:
    """What a first `up` would do with it in the cloud; None for what exists in the program only."""
    if resource.kind == "read":
        return "read"
    if resource.kind == "custom":
        return "import" if resource.options.import_id else "create"
    return None
