"""What does a rule about the judging itself look at? What was found, who accepted what, and whose word that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ultrastack.model.finding import Acceptance, Finding, Level
from ultrastack.model.place import Place

from .world import World


@dataclass(frozen=True)
class Difference:
    """Something of the judges that is not what it is in the revision that judges."""

    what: str  # policies/levels.yaml, policy of prod
    how: str  # "was changed", "is new", "is gone"
    place: Place | None = None


@dataclass(frozen=True)
class Judged:
    """All findings, after every acceptance was laid beside them."""

    world: World
    findings: tuple[Finding, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    unused: tuple[Acceptance, ...] = ()  # which cover nothing, though their rule was asked and could decide
    levels: Mapping[str, Level] = field(default_factory=dict)  # of all rules that there are
    revision: str = ""  # whose rules these are; "": the ones that lie here
    differences: tuple[Difference, ...] = ()
    packs: bool = False  # whether somebody else's packs were asked, too
