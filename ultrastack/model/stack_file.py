"""What did a stack file ask for, apart from resources? Plain data for whoever judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .finding import Acceptance
from .place import Place
from .values import Value

if TYPE_CHECKING:
    from .schedule import Schedule  # brings pydantic, which a policy pack can start without


@dataclass(frozen=True)
class FileStep:
    """One entry, one round of its loop."""

    name: str
    component: str  # aws.fsx_lustre
    place: Place  # of the component's word
    arguments: Mapping[str, Value] = field(default_factory=dict)  # as given; what only the cloud knows is UNKNOWN
    places: Mapping[str, Place] = field(default_factory=dict)  # argument -> where it is written: mounts[0].path
    later: Mapping[str, str] = field(
        default_factory=dict
    )  # argument known only after `up` -> the words it is written in
    tags: Mapping[str, str] = field(default_factory=dict)
    schedule: Schedule | None = None
    protect: bool = False
    retain_on_delete: bool = False
    left_out: str = ""  # why nothing is made
    description: str = ""


@dataclass(frozen=True)
class StackFile:
    """One environment as it was read; `accept` of the file and of its steps together."""

    file: str
    place: Place  # of its first line
    description: str = ""
    profile: str = ""
    allowed_regions: tuple[str, ...] = ()  # eu-west-1, us-*; none: all of them
    budget_monthly_usd: float | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    accept: tuple[Acceptance, ...] = ()
    steps: tuple[FileStep, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict)
    variable_places: Mapping[str, Place] = field(default_factory=dict)  # blocks[0].upfront_usd -> where it is written
    names_by_index: Mapping[str, Place] = field(default_factory=dict)  # steps of a loop named by position -> their name
    keyword_places: Mapping[str, Place] = field(default_factory=dict)  # budget.monthly_usd, policy.profile -> its value

    def step(self, name: str) -> FileStep | None:
        return next((one for one in self.steps if one.name == name), None)
