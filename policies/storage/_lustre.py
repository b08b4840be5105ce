"""Who mounts a Lustre file system, and what lets their traffic through?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..launches import Launch, launches
from ..rule import Undecided
from ..security_groups import GROUPS, Traffic, traffic
from ..world import Outside, Subject, Unsure, World

SYSTEM = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
# FSx for Lustre User Guide, limit-access-security-groups: between clients and servers and among servers
PORTS = ((988, 988), (1018, 1023))
Meant = Subject | Outside | Unsure


def deployment_of(system: Subject) -> str:
    return system.text(
        "deploymentType", "SCRATCH_1"
    )  # botocore fsx, LustreDeploymentType: what the API takes by itself


def storage_of(system: Subject) -> str:
    return system.text("storageType", "SSD")


def own_groups(system: Subject) -> list[Subject]:
    """Security groups of its servers. Raises Undecided where one of them is not made here."""
    found = system.world.all_meant(system, "securityGroupIds", *GROUPS)
    if not found:
        raise Undecided("the rules of the VPC's default security group", system, "securityGroupIds")
    for one in found:
        if not isinstance(one, Subject):
            needs = one.needs if isinstance(one, Unsure) else f"the rules of {one.id}, which is not in this program"
            raise Undecided(needs, system, "securityGroupIds")
    return [one for one in found if isinstance(one, Subject)]


def strangers(groups: Sequence[Subject]) -> list[str]:
    """Which of those that may reach the servers nobody can look at: what would have to be known of them."""
    found = []
    for peer in (peer for group in groups for one in traffic(group)[0] if _may_let_in(one) for peer in one.peers):
        if isinstance(peer, Outside):
            found.append(f"the rules of {peer.id}, which is not in this program")
        elif isinstance(peer, Unsure):
            found.append(peer.needs)
    found += [f"whose rule {one.name} is" for group in groups for one in traffic(group)[1]]
    return list(dict.fromkeys(found))


def client_groups(groups: Iterable[Subject]) -> list[Subject]:
    """Groups of this program whose members are to reach the servers."""
    own = {one.urn for one in groups}
    found: dict[str, Subject] = {}
    for group in groups:
        for one in traffic(group)[0]:
            if _may_let_in(one):
                found.update({peer.urn: peer for peer in one.peers if isinstance(peer, Subject)})
    return [one for urn, one in found.items() if urn not in own]


def _may_let_in(one: Traffic) -> bool:
    """Whether a rule of the servers is for clients: it opens some port of Lustre, though perhaps not all or both ways.

    A rule of which nobody knows the ports may be for Lustre.
    """
    try:
        if one.direction == "out":  # what is let out to somebody for every port tells nothing
            return one.protocol == "tcp" and PORTS[0][0] <= one.from_port <= one.to_port <= PORTS[-1][1]
        return any(one.lets("in", "tcp", *ports) for ports in PORTS)
    except Undecided:
        return one.direction == "in"


def clients(system: Subject) -> Iterator[Launch]:
    """Machines of this program in a group that the servers let in; at the end raises Undecided if there may be more."""
    own = own_groups(system)
    let_in = {one.urn for one in client_groups(own)}
    others = [one for group in own for one in traffic(group)[1]]
    unsure = Undecided(f"whose rule {others[0].name} is", others[0], "securityGroupId") if others else None
    for peer in (peer for group in own for one in traffic(group)[0] if _may_let_in(one) for peer in one.peers):
        if isinstance(peer, Unsure):
            unsure = unsure or Undecided(peer.needs)
    for launch, groups, doubt in system.world.once(_members) if let_in else ():
        if groups & let_in:
            yield launch
        else:
            unsure = unsure or doubt
    if unsure is not None:
        raise unsure


def _members(world: World) -> list[tuple[Launch, set[str], Undecided | None]]:
    """What is started, in which groups of this program, and whether there may be others."""
    found: list[tuple[Launch, set[str], Undecided | None]] = []
    for launch in launches(world):
        try:
            groups = launch.security_groups()
        except Undecided as e:
            found.append((launch, set(), e))
            continue
        doubt = next((Undecided(one.needs, launch.subject) for one in groups if isinstance(one, Unsure)), None)
        found.append((launch, {one.urn for one in groups if isinstance(one, Subject)}, doubt))
    return found


def passes(
    groups: Iterable[Subject],
    direction: str,
    peers: Iterable[Subject] | None,
    ports: tuple[int, int] | None = None,
    *,
    by_group: bool = False,
) -> bool:
    """Whether any of the groups lets the traffic with these peers (None: with anybody) through; no ports: all traffic.

    Address ranges count as anybody's, unless only groups count. Raises Undecided.
    """
    toward = None if peers is None else {one.urn for one in peers}
    unsure: Undecided | None = None
    for group in groups:
        rules, others = traffic(group)
        for one in rules:
            try:
                if _lets(one, direction, ports) and _with(one, toward, by_group):
                    return True
            except Undecided as e:
                unsure = e
        if others:
            unsure = Undecided(f"whose rule {others[0].name} is", others[0], "securityGroupId")
    if unsure is not None:
        raise unsure
    return False


def _lets(one: Traffic, direction: str, ports: tuple[int, int] | None) -> bool:
    if one.direction != direction:
        return False
    return one.protocol == "-1" if ports is None else one.lets(one.direction, "tcp", *ports)


def _with(one: Traffic, toward: set[str] | None, by_group: bool) -> bool:
    peers = one.peers
    if any(isinstance(peer, Subject) and (toward is None or peer.urn in toward) for peer in peers):
        return True
    if not by_group and (one.cidrs or one.prefix_lists or (toward is None and peers)):
        return True
    for peer in peers:
        if isinstance(peer, Unsure):
            raise Undecided(peer.needs, one.where)
    return False


def links_of(system: Subject) -> list[Subject]:
    """Its links to S3. Raises Undecided where there may be more."""
    found = system.world.pointing_at(system, LINK, "fileSystemId")
    if not found.sure and found.unsure:
        raise Undecided(f"which file system {found.unsure[0].name} links", found.unsure[0], "fileSystemId")
    return list(found.sure)
