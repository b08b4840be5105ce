"""What must exist before `up`, and cannot be seen without asking the cloud?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["quota", "permission", "image", "account"]


@dataclass(frozen=True)
class Requirement:
    """One thing to look at before `up`. `amount` is how much is needed, in `unit`; None: nobody can count it."""

    kind: Kind
    what: str  # Running On-Demand P instances
    target: str = ""  # region, project or account that it is about
    code: str = ""  # of a quota: L-417A185B
    amount: float | None = None
    unit: str = ""
    by: tuple[str, ...] = ()  # the resources, or steps, that need it
    note: str = ""
    command: str = ""  # shows what there is
