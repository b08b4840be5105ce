"""What did the engine do, or would it do, in its own order? Operations with their reasons, and a whole rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .place import Place
from .values import Value

# pkg/resource/deploy/step.go of pulumi v3.259; the last two are of imports and of parameterized providers
Op = Literal[
    "same",
    "create",
    "update",
    "delete",
    "replace",
    "create-replacement",
    "delete-replaced",
    "read",
    "read-replacement",
    "refresh",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "import",
    "import-replacement",
    "diff",
    "extend-parameterize",
]
MAKES: tuple[Op, ...] = ("create", "create-replacement")
TAKES: tuple[Op, ...] = ("delete", "delete-replaced")  # from the cloud, unless the resource is retained
CALLS: tuple[Op, ...] = (*MAKES, *TAKES, "update")  # what asks a cloud to change something
Word = Literal["up", "refresh", "destroy"]
Holds = Literal["data", "capacity", "identity", "nothing", "unknown"]
Unfinished = Literal["pending delete", "pending operation", "initialization failed"]
Answer = Literal["yes", "no", "may"]


@dataclass(frozen=True)
class Reason:
    """One property that differs."""

    path: str  # in Pulumi's notation: networkInterfaces[0].subnetId, tags["a.b"]
    kind: Literal["add", "delete", "update"]
    replaces: Answer = "no"
    when: str = ""  # the condition under which it replaces, in the catalogue's words
    confidence: str = ""  # of the catalogue's row
    old: Value = None  # secrets are masked; None where it was not set
    new: Value = None


@dataclass(frozen=True)
class Operation:
    """One step of the engine. A replacement is two of them, `create-replacement` and `delete-replaced`, and the
    engine's own `replace` between them, which asks nobody for anything."""

    op: Op
    urn: str
    type: str
    name: str
    number: int = 0  # among those that ask a cloud to change something, from 1; 0: it asks nobody
    id: str = ""  # in the cloud, of what was there before
    parent: str = ""  # URN
    before: str = ""  # URN until now, of what this run renames
    after: str = ""  # URN from now on, of the old one that is deleted while a new name replaces it
    step: str = ""  # name of the step of the stack file; "" where it is not known
    reasons: tuple[Reason, ...] = ()
    holds: Holds = "unknown"  # what is lost when it goes, as the catalogue says
    holds_note: str = ""
    protected: bool = False  # of what is replaced: before and after
    retained: bool = False  # retainOnDelete: leaves the state, stays in the cloud
    custom: bool = True  # False: a component or a provider, which no cloud knows
    asks: bool = False  # whether it asks a cloud to change something
    failed: str = ""  # why, in the engine's or the provider's words

    @property
    def lasting_urn(self) -> str:
        """The same for both halves of a replacement that is a renaming too."""
        return self.after or self.urn

    @property
    def takes_away(self) -> bool:
        return self.op in TAKES and self.custom and not self.retained


@dataclass(frozen=True)
class Loss:
    """Something that does not come back: what a delete or a replacement takes with it."""

    operation: Operation  # the one that takes it away
    certain: bool  # False: the replacement is one that only may happen
    replaced: bool
    because: tuple[Reason, ...] = ()  # of a replacement
    by: str = ""  # of a replacement that another one forces: the name of that resource
    ways_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """What a failed operation left behind, in the state."""

    urn: str
    name: str
    type: str
    what: Unfinished
    note: str = ""


@dataclass(frozen=True)
class Stop:
    """Why the real run would end before its end."""

    what: Literal["protected", "failed", "program"]
    urn: str = ""
    name: str = ""
    text: str = ""  # in the engine's, the provider's or the program's words


@dataclass(frozen=True)
class Hidden:
    """A property that may differ or not: one side of it is a secret that cannot be read here."""

    urn: str
    name: str
    type: str
    step: str
    path: str
    replaces: Answer = "may"  # if it differs
    holds: Holds = "unknown"
    before: str = ""  # URN in the export, where the run renames it


@dataclass(frozen=True)
class Rehearsal:
    """One operation on a copy of a stack's state."""

    project: str
    stack: str
    operation: Word
    base: str  # what the copy was made of, in words: "export.json", "nothing: a new stack"
    operations: tuple[Operation, ...] = ()  # the unchanged ones too; as if nothing were protected
    losses: tuple[Loss, ...] = ()  # what holds data, capacity or nobody knows what; the worst first
    stops: tuple[Stop, ...] = ()
    hidden: tuple[Hidden, ...] = ()  # held equal in this rehearsal
    notes: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)  # step -> where it stands in the stack file
    fail_at: int = 0
    left: tuple[Left, ...] = ()  # after a run that failed
    next: Rehearsal | None = None  # the `up` after it, in the same copy
