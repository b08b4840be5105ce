"""What is different between two graphs? One change for each resource, with what it may cost; plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .graph import Resource
from .values import Value

Kind = Literal["create", "import", "update", "replace", "may replace", "move", "delete"]
Harm = Literal["data loss", "capacity given back", "fleet drained", "endpoint down", "unknown"]


@dataclass(frozen=True)
class PropertyChange:
    """One input that is different; None: it was, or is, not given."""

    path: str
    old: Value
    new: Value
    replaces: Literal["yes", "no", "may"] = "no"
    because: str = ""  # the condition that decides, or where another value comes from


@dataclass(frozen=True)
class Risk:
    """What a change may take away, why, and what can be done instead. No risk is no record of it."""

    harm: Harm
    why: str
    ways_out: tuple[str, ...] = ()  # each can be done by itself
    certain: bool = True  # False: only the cloud can tell whether it comes to that


@dataclass(frozen=True)
class Change:
    """What happens to one resource. `old` is None for what is new, `new` for what goes.

    A `move` changes nothing but the name that Pulumi knows it by; a moved resource that also changes has `moved_from`.
    """

    kind: Kind
    old: Resource | None
    new: Resource | None
    properties: tuple[PropertyChange, ...] = ()
    old_goes_first: bool = False  # of a replacement: before the new one is made
    risks: tuple[Risk, ...] = ()  # the worst first

    @property
    def resource(self) -> Resource:
        one = self.new or self.old
        assert one is not None
        return one

    @property
    def moved_from(self) -> str:
        """The URN that it had; "" where it keeps it."""
        return self.old.urn if self.old is not None and self.new is not None and self.old.urn != self.new.urn else ""

    @property
    def goes(self) -> bool:
        """Whether the old resource is, or may be, taken away."""
        return self.kind in ("delete", "replace", "may replace")

    @property
    def replacing(self) -> tuple[PropertyChange, ...]:
        """What replaces it, or may."""
        return tuple(one for one in self.properties if one.replaces != "no")

    def of(self, path: str) -> PropertyChange | None:
        """The change of that input; of one inside it, where there is none of its own."""
        inside = (one for one in self.properties if one.path.startswith((f"{path}.", f"{path}[")))
        return next((one for one in self.properties if one.path == path), next(inside, None))
