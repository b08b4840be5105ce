"""Which network interfaces do machines get here, and which machines are they?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ultrastack.catalog import Machine, machines

from ..launches import INSTANCE, SPOT_INSTANCE, TEMPLATE, Launch, launch_of, launches_from, unsure_template
from ..rule import NotApplicable, Undecided
from ..world import Block, Subject

HOLDERS = (TEMPLATE, INSTANCE, SPOT_INSTANCE)  # what interfaces are written in
EFA = ("efa", "efa-only")
EFA_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html"
CARDS_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html"


@dataclass(frozen=True)
class Wired:
    """One network interface. What is left out is 0 and `interface`: the provider sends that."""

    card: int
    device: int
    type: str
    where: Block  # as the launch writes it

    @property
    def is_efa(self) -> bool:
        return self.type in EFA


def written(subject: Subject) -> Launch:
    """The launch whose interfaces this resource writes; raises NotApplicable where it writes none."""
    if not subject.has("networkInterfaces") and not subject.has("primaryNetworkInterface"):
        raise NotApplicable
    return launch_of(subject)


def wired(launch: Launch) -> list[Wired]:
    """Raises Undecided."""
    return [
        Wired(
            int(one.number("networkCardIndex")),
            int(one.number("deviceIndex")),
            launch.settings(one).text("interfaceType", "interface"),
            one,
        )
        for one in launch.interfaces()
    ]


def efa_of(launch: Launch) -> list[Wired]:
    """Its EFA interfaces; raises NotApplicable where there are none, and Undecided."""
    found = [one for one in wired(launch) if one.is_efa]
    if not found:
        raise NotApplicable
    return found


def types_of(subject: Subject) -> tuple[str, ...]:
    """The instance types that what is written here is for; of a template those that it is launched with.

    Raises Undecided, also where nobody says it.
    """
    launched = launches_from(subject)
    if not launched and subject.type == TEMPLATE and (doubt := unsure_template(subject.world)):
        raise Undecided(doubt, subject, "instanceType")
    launched = launched or (launch_of(subject),)
    found = tuple(dict.fromkeys(name for one in launched for name in one.instance_types()))
    if not found:
        raise Undecided(f"the instance type that {subject.name} is launched with", subject, "instanceType")
    return found


def rows_of(names: Iterable[str], where: Subject) -> list[Machine]:
    """Raises Undecided for one that the catalogue does not know."""
    known = machines()
    for name in names:
        if name not in known:
            raise Undecided(f"the network cards of {name}, which is not in the catalogue", where)
    return [known[name] for name in names]


def listed(words: Iterable[str]) -> str:
    """a, b and c"""
    *some, last = words
    return f"{', '.join(some)} and {last}" if some else last
