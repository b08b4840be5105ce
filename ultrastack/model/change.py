"""What is different between two graphs? One change for each resource; plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .graph import Resource
from .values import Value

Kind = Literal["create", "update", "replace", "may replace", "delete"]


@dataclass(frozen=True)
class PropertyChange:
    """One input that is different; None: it was, or is, not given."""

    path: str
    old: Value
    new: Value
    replaces: Literal["yes", "no", "may"] = "no"
    because: str = ""  # the condition that decides, or where another value comes from


@dataclass(frozen=True)
class Change:
    """What happens to one resource. `old` is None for what is new, `new` for what goes."""

    kind: Kind
    old: Resource | None
    new: Resource | None
    properties: tuple[PropertyChange, ...] = ()
    old_goes_first: bool = False  # of a replacement: before the new one is made

    @property
    def resource(self) -> Resource:
        one = self.new or self.old
        assert one is not None
        return one

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
