"""What can a check say? That something is wrong, or that it cannot tell; saying nothing is a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, ParamSpec, Protocol

from ultrastack.model.place import Place

P = ParamSpec("P")


class Where(Protocol):
    """A block of inputs (world.Block): all that is asked of it here is where it stands."""

    @property
    def has_subject(self) -> bool: ...

    @property
    def subject(self) -> Any: ...

    def at(self, name: str = "") -> str: ...


@dataclass(frozen=True)
class Said:
    """One thing that a check says; a check that says nothing has passed."""

    verdict: Literal["fail", "undecided"]
    message: str
    where: Where | None = None  # None: what the check was asked about
    at: str = ""  # the input in that block
    fix: str = ""  # more exact than the rule's own
    needs: str = ""
    remedy: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None  # in the stack file, where no resource can say it
    step: str = ""


def fail(
    where: Where | None,
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


def cannot_decide(where: Where | None, needs: str, *, at: str = "") -> Said:
    """What would decide it: "the zone of subnet-0abc, which is not in this program"."""
    return Said("undecided", f"cannot decide without {needs}", where, at, "", needs)


class Undecided(Exception):
    """An input that the check has to know is unknown; reading it raises this by itself."""

    def __init__(self, needs: str, where: Where | None = None, at: str = ""):
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
