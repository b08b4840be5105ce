"""What is a rule? What must hold, why, how to mend it, and one check that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ultrastack.model.finding import Level

from .judged import Judged
from .said import NotApplicable as NotApplicable
from .said import Said as Said
from .said import Undecided as Undecided
from .said import cannot_decide as cannot_decide
from .said import each as each
from .said import fail as fail
from .world import Costs, Subject, SubjectChange, World

Kind = Literal["resource", "graph", "change", "cost", "judgement"]


@dataclass(frozen=True)
class Check:
    """What is asked, and about what: `types` are resource type tokens, `*` all; none: the whole is looked at once."""

    kind: Kind
    types: tuple[str, ...]
    look: Callable[..., Iterable[Said]]


@dataclass
class Rule:
    """What must hold. Its id is its place: policies/fabric/efa_one_zone.py is `fabric.efa_one_zone`."""

    title: str  # what must hold, as a sentence without full stop
    level: Level  # mandatory, advisory or off, unless a profile says otherwise
    why: str  # what happens otherwise
    fix: str  # what to do, so that it can be typed
    references: tuple[str, ...] = ()  # https://... or the words of a fact's source
    id: str = ""
    check: Check | None = None

    def resource(self, *types: str) -> Callable[[Callable[[Subject], Iterable[Said]]], Any]:
        """Looks at one resource alone: in a pack it stops the resource before it is created."""
        return self._with("resource", types)

    def graph(self, *types: str) -> Callable[[Callable[[Subject], Iterable[Said]]], Any]:
        """Looks at each resource of these types, and from there at all others."""
        if not types:
            raise ValueError("a graph rule names its types; whole_graph looks at all at once")
        return self._with("graph", types)

    def whole_graph(self, look: Callable[[World], Iterable[Said]]) -> Any:
        """Looks at all resources at once, and at the stack file."""
        return self._with("graph", ())(look)

    def change(self, *types: str) -> Callable[[Callable[[SubjectChange], Iterable[Said]]], Any]:
        """Looks at what becomes of a resource of these types; only where there is something to compare with."""
        return self._with("change", types)

    def cost(self, look: Callable[[Costs], Iterable[Said]]) -> Any:
        """Looks at what the stack costs; only where somebody has priced it."""
        return self._with("cost", ())(look)

    def judgement(self, look: Callable[[Judged], Iterable[Said]]) -> Any:
        """Looks at what the other rules have found, and at who accepted what; nobody can accept what it says."""
        return self._with("judgement", ())(look)

    def _with(self, kind: Kind, types: tuple[str, ...]) -> Callable[[Any], Any]:
        def take(look: Any) -> Any:
            if self.check is not None:
                raise ValueError("a rule has one check")
            self.check = Check(kind, types, look)
            return look

        return take
