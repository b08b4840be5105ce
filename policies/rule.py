"""What is a rule? What must hold, why, how to mend it, and one check that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

from ultrastack.model.finding import Level
from ultrastack.model.place import Place

if TYPE_CHECKING:
    from .world import Block, Costs, Subject, SubjectChange, World

Kind = Literal["resource", "graph", "change", "cost"]
P = ParamSpec("P")


@dataclass(frozen=True)
class Said:
    """One thing that a check says; a check that says nothing has passed."""

    verdict: Literal["fail", "undecided"]
    message: str
    where: Block | None = None  # None: what the check was asked about
    at: str = ""  # the input in that block
    fix: str = ""  # more exact than the rule's own
    needs: str = ""
    remedy: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None  # in the stack file, where no resource can say it
    step: str = ""


def fail(
    where: Block | None,
    message: str,
    *,
    at: str = "",
    fix: str = "",
    remedy: Mapping[str, Any] | None = None,
    place: Place | None = None,
    step: str = "",
) -> Said:
    """What is wrong, in the user's own words and numbers, and the input (`at`, in the block) that says so.

    `remedy` names arguments of our own components and what they must be:
    `{"aws.fsx_lustre.storage_capacity_gib": 4800}`; None removes one. `place` and `step` are for what stands in a
    stack file and in no resource.
    """
    return Said("fail", message, where, at, fix, "", remedy or {}, place, step)


def cannot_decide(where: Block | None, needs: str, *, at: str = "") -> Said:
    """What would decide it: "the zone of subnet-0abc, which is not in this program"."""
    return Said("undecided", f"cannot decide without {needs}", where, at, "", needs)


class Undecided(Exception):
    """An input that the check has to know is unknown; reading it raises this by itself."""

    def __init__(self, needs: str, where: Block | None = None, at: str = ""):
        super().__init__(needs)
        self.said = cannot_decide(where, needs, at=at)


class NotApplicable(Exception):
    """There is nothing here that the rule speaks of."""


def each(check: Callable[P, Iterable[Said]], *args: P.args, **kwargs: P.kwargs) -> Iterator[Said]:
    """One part of a check by itself, so that what it cannot decide does not end the others."""
    try:
        yield from check(*args, **kwargs)
    except Undecided as e:
        yield e.said


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

    def _with(self, kind: Kind, types: tuple[str, ...]) -> Callable[[Any], Any]:
        def take(look: Any) -> Any:
            if self.check is not None:
                raise ValueError("a rule has one check")
            self.check = Check(kind, types, look)
            return look

        return take
