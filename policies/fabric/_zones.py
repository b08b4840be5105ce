"""In which zones may the machines of a launch stand?"""

from __future__ import annotations

from collections.abc import Iterable

from ..launches import Launch, Meant
from ..rule import Undecided
from ..subnets import by_id, zone_of
from ..world import Unsure, World


def subnets_of(launch: Launch) -> list[Meant]:
    """Raises Undecided also where nobody can tell how many there are."""
    found = launch.subnets()
    for name in ("vpcZoneIdentifiers", "subnetIds"):
        if not launch.own.knows(name) and any(isinstance(one, Unsure) for one in found):
            raise Undecided(f"the subnets that `{name}` of {launch.subject.name} names", launch.own, name)
    return found


def different(world: World, subnets: Iterable[Meant], named: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """Zones that are surely not one, or the one that is known; and what nobody can tell.

    `named` are zones that are told without a subnet.
    """
    found, unknown = dict.fromkeys(named), []
    for one in subnets:
        try:
            found.setdefault(zone_of(world, one))
        except Undecided as e:
            unknown.append(e.said.needs)
    ids, names = [one for one in found if by_id(one)], [one for one in found if not by_id(one)]
    if len(ids) < 2 and len(names) < 2 and ids and names:
        unknown.append(f"whether {ids[0]} and {names[0]} are one zone")
    return max(ids, names, key=len), unknown
