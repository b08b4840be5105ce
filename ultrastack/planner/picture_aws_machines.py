"""Which machines are started on EC2, how many, and what joins them? Fabrics, placement groups, UltraServers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ultrastack.catalog import Machine, UltraServer, machines, ultraservers_of
from ultrastack.policies import launches as ec2
from ultrastack.policies.launches import Launch, Meant
from ultrastack.policies.said import Undecided
from ultrastack.policies.world import Block, Outside, Subject, Unsure

from .picture_aws_places import around, place_of, region_of
from .picture_aws_storage import FILE_SYSTEMS
from .picture_parts import (
    NOT_OURS,
    Drawing,
    Part,
    blocks,
    given,
    joined,
    known,
    number,
    pattern,
    plain,
    short,
    sources,
    span,
    text,
    word_of,
)

EKS = "aws:eks/cluster:Cluster"
JOINED_BY = {"aws-neuron": "NeuronLink", "nvidia": "NVLink"}  # vendor -> what joins the machines of an UltraServer
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENERS = ("aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule")
TARGETS = "aws:lb/targetGroup:TargetGroup"
ATTACHED = {  # what gives machines to a target group: the inputs that name the machines and the target group
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": ("targetId", "targetGroupArn"),
    "aws:autoscaling/attachment:Attachment": ("autoscalingGroupName", "lbTargetGroupArn"),
}
EFA = ("efa", "efa-only")  # botocore ec2 NetworkInterfaceCreationType
PLACED_BY = (
    *("instanceType", "networkInterfaces", "primaryNetworkInterface", "subnetId", "subnetIds", "vpcZoneIdentifiers"),
    *("vpcSecurityGroupIds", "securityGroups", "securityGroupNames", "placementGroup", "placementGroupId"),
    *("availabilityZone", "availabilityZones", "availabilityZoneId", "placement", "instanceTypes"),
)


@dataclass(frozen=True)
class _Facts:
    """What machines of one launch have in common."""

    types: tuple[str, ...]
    place: str
    spread: str  # in words, where they stand in several zones
    efa: int | None  # interfaces of each; None: unknown
    groups: tuple[Meant, ...]
    placement: Subject | Outside | None
    placing: str  # in words, where no placement group is known

    @property
    def machine(self) -> Machine | None:
        return machines().get(self.types[0]) if len(self.types) == 1 else None


@dataclass
class _Domain:
    """The machines of one UltraServer, or of several that nobody can tell apart."""

    parent: str
    type: str
    rows: tuple[UltraServer, ...]
    ids: tuple[tuple[str, str], ...]
    label: str = ""
    family: str = ""
    members: list[Subject] = field(default_factory=list)
    machines: int = 0
    size: str = ""  # in words, where it may change


def draw(drawing: Drawing) -> None:
    _reservations(drawing)
    facts: dict[str, _Facts] = {}
    domains: dict[str, _Domain] = {}
    for cluster in drawing.world.of_type(EKS):
        drawing.add(
            Part(
                drawing.key(cluster),
                around(drawing, cluster, blocks(cluster, "vpcConfig"), "subnetIds"),
                "other",
                drawing.label(cluster),
                ("EKS cluster",),
                (cluster.urn,),
            )
        )
    for subject in drawing.world.of_type(*ec2.LAUNCHING):
        _launched(drawing, subject, facts, domains)
    for key, domain in domains.items():
        drawing.add(
            Part(
                key,
                domain.parent,
                "domain",
                domain.label or _common(sorted(one.name for one in domain.members)),
                tuple(_of_domain(domain)),
                tuple(one.urn for one in domain.members),
                domain.ids,
                domain.family,
            )
        )


def _launched(drawing: Drawing, subject: Subject, cache: dict[str, _Facts], domains: dict[str, _Domain]) -> None:
    launch = ec2.launch_of(subject)
    facts = _facts_of(drawing, launch, cache)
    market = known(launch.market, "")
    ids, standing = _stands_on(launch, market)
    place = _joined(drawing, launch, facts, market)
    count, size = _size(subject, launch)
    rows = ultraservers_of(facts.types[0]) if len(facts.types) == 1 else ()
    details = list(_words(facts, size, bool(rows)))
    if rows:
        place = _in_domain(drawing, domains, _Domain(place, facts.types[0], rows, ids, size=size), subject, count or 0)
        ids = ()
    else:
        details.append(standing)
    details += ["spot"] * (market == "spot")
    said, family = tuple(details), drawing.family(subject)
    label = drawing.label(subject)
    drawing.add(Part(drawing.key(subject), place, "machines", label, said, (subject.urn,), ids, family))
    _links(drawing, launch)


def _words(facts: _Facts, size: str, in_domain: bool) -> Iterator[str]:
    """What the machines are, and what is in each; in an UltraServer their accelerators are counted together."""
    machine = facts.machine
    types = " or ".join(facts.types[:2]) + " or others" * (len(facts.types) > 2) or "type unknown until `up`"
    yield f"{size} x {types}" if size else types
    efa = f"{facts.efa} EFA interfaces" if facts.efa else "EFA interfaces unknown" if facts.efa is None else ""
    gbps = f"{machine.efa_gbps:,g} Gbit/s" if machine is not None and facts.efa else ""
    inside = accelerators_of(machine, 1) if machine is not None and not in_domain else ""
    yield joined((inside, efa, gbps))
    yield facts.spread


def _in_domain(drawing: Drawing, domains: dict[str, _Domain], made: _Domain, subject: Subject, count: int) -> str:
    """Key of the UltraServer that a machine belongs to: by what it stands on, else by its name; a group has its own."""
    single = subject.type in (ec2.INSTANCE, ec2.SPOT_INSTANCE)
    family = drawing.family(subject) if single else drawing.key(subject)
    key = f"{made.parent}/{family}/{made.ids[0][1] if made.ids else pattern(subject.name)}"
    domain = domains.setdefault(key, made)
    domain.members.append(subject)
    domain.machines += count
    domain.family = family if single else ""
    domain.label = "" if single else drawing.label(subject)
    return key


def _links(drawing: Drawing, launch: Launch) -> None:
    subject = launch.subject
    reservations: list[Meant] = known(launch.reservations, [])
    for one in reservations:
        if isinstance(one, Subject):
            drawing.later_links.append((subject.urn, one.urn, "stands on"))
    for holder in (subject, *([launch.template] if launch.template is not None else [])):
        for urn in sources(holder.resource, "userData"):
            if (found := drawing.world.by_urn.get(urn)) is not None and found.type in FILE_SYSTEMS:
                drawing.later_links.append((subject.urn, urn, "mount"))


def _facts_of(drawing: Drawing, launch: Launch, cache: dict[str, _Facts]) -> _Facts:
    """Asked once of all machines of one template: at 800 machines nothing else is as slow."""
    alone = launch.template is None or launch.overrides or any(launch.own.has(name) for name in PLACED_BY)
    if alone or launch.template is None:
        return _facts(drawing, launch)
    key = launch.template.urn
    if key not in cache:
        cache[key] = _facts(drawing, launch)
    return cache[key]


def _facts(drawing: Drawing, launch: Launch) -> _Facts:
    own: Block = launch.own
    template_zone = known(lambda: launch.block("placement").raw("availabilityZone"), None)
    zones = [plain(one) for name in ("availabilityZones", "availabilityZone") for one in _listed(own.raw(name))]
    zones = zones or list(map(plain, _listed(template_zone)))
    subnets: list[Meant] = known(launch.subnets, [])
    place, spread = place_of(drawing, launch.subject, subnets, zones if not subnets else ())
    types: dict[str, None] = {}
    for one in ec2.launches_of(launch.subject):  # a fleet has several
        named: tuple[str, ...] = known(one.instance_types, ())
        types.update(dict.fromkeys(map(short, named)))
    placement, placing = _placement_of(launch)
    return _Facts(
        tuple(types),
        place,
        spread,
        known(lambda: _efa(launch), None),
        tuple(known(launch.security_groups, [])),
        placement,
        placing,
    )


def _placement_of(launch: Launch) -> tuple[Subject | Outside | None, str]:
    """Its placement group, and what to say where there is none to draw."""
    try:
        return launch.placement_group(), "no placement group"
    except Undecided:
        return None, "placement group unknown until `up`"


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value] if value is not None else []


def _efa(launch: Launch) -> int:
    return sum(launch.settings(one).text("interfaceType") in EFA for one in launch.interfaces())


def _stands_on(launch: Launch, market: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The capacity that it is launched into: its ids, and words where nobody knows them."""
    reservations = known(launch.reservations, None)
    block = market == "capacity-block"
    if reservations is None or any(isinstance(one, Unsure) for one in reservations):
        return (), f"capacity {'block' if block else 'reservation'} unknown until `up`"
    found = []
    for one in reservations:
        name = word_of(one)
        group = name.startswith("arn:") or (isinstance(one, Subject) and one.type == ec2.RESERVATION_GROUP)
        what = "reservation group" if group else "capacity block" if block else "reservation"
        found.append((what, short(one.id.rpartition("/")[2]) if isinstance(one, Outside) else name))
    return tuple(found), ""


def _joined(drawing: Drawing, launch: Launch, facts: _Facts, market: str) -> str:
    """Key of what joins the machines: an EFA fabric, a placement group, else the place."""
    place = facts.place
    if facts.efa:
        groups = [one for one in facts.groups if not isinstance(one, Unsure)]
        made = [one for one in groups if isinstance(one, Subject)]
        names = [drawing.key(one) if isinstance(one, Subject) else one.id for one in groups]
        label = drawing.label(made[0]) if made else span(map(word_of, groups)) or "EFA"
        what = f"EFA, security group{'s' * (len(groups) > 1)} {span(map(word_of, groups)) or 'unknown until `up`'}"
        placing = facts.placing
        if market == "capacity-block":
            placing = "no placement group: the block places them"
        key = f"{place}/fabric/{'+'.join(sorted(names)) or drawing.family(launch.subject)}"
        urns = tuple(one.urn for one in made)
        details = (short(what, 60), *(() if facts.placement else (placing,)))
        place = drawing.add(Part(key, place, "fabric", label, details, urns))
    if facts.placement is not None:
        place = _placement(drawing, place, facts.placement)
    return place


def _placement(drawing: Drawing, place: str, group: Subject | Outside) -> str:
    if isinstance(group, Outside):
        label = short(group.id)
        return drawing.add(Part(f"{place}/{group.id}", place, "placement", label, ("placement group", NOT_OURS)))
    what = joined((text(group, "strategy"), "placement group"), " ")
    key = f"{place}/{drawing.key(group)}"
    return drawing.add(Part(key, place, "placement", drawing.label(group), (what,), (group.urn,)))


def _size(subject: Subject, launch: Launch) -> tuple[int | None, str]:
    """How many machines at most, and in words; of one machine no words."""
    holder, least, most = {
        ec2.GROUP: (subject, "minSize", "maxSize"),
        ec2.NODE_GROUP: (subject.values.get("scalingConfig"), "scalingConfig.minSize", "scalingConfig.maxSize"),
    }.get(subject.type, (None, "", ""))
    if most and holder is not None:
        low, high = number(subject, least), number(subject, most)
        if low is None or high is None:
            return None, "number unknown:"
        desired = number(subject, most.replace("maxSize", "desiredCapacity" if most == "maxSize" else "desiredSize"))
        said = f"{low}" if low == high else f"{low} to {high}"
        return high, said + (f" (now {desired})" if desired is not None and low != high else "")
    if subject.type in (ec2.INSTANCE, ec2.SPOT_INSTANCE):
        return 1, ""
    count = known(launch.most, None)
    return count, "number unknown:" if count is None else str(count)


def _common(names: list[str]) -> str:
    """us0-node-0, us0-node-1: us0; of one name alone the name."""
    first = names[0]
    if any(name != first for name in names):
        same = next((i for i, letters in enumerate(zip(*names, strict=False)) if len(set(letters)) > 1), 0)
        first = first[:same].rstrip("-_.").removesuffix("node").rstrip("-_.") or first
    return first


def _of_domain(domain: _Domain) -> Iterator[str]:
    row = next((one for one in domain.rows if one.machines == domain.machines), domain.rows[0])
    machine = machines().get(domain.type)
    link = JOINED_BY.get(machine.vendor, "") if machine is not None else ""
    sizes = " or ".join(str(one) for one in sorted(one.machines for one in domain.rows))
    if not domain.machines:
        yield f"UltraServers of {sizes} x {domain.type}"
        return
    whole, rest = divmod(domain.machines, row.machines)
    if whole == 1 and not rest:
        yield f"UltraServer {row.name}: {domain.size or row.machines} x {domain.type}"
    elif whole and not rest:
        yield f"{whole} UltraServers {row.name}, {row.machines} x {domain.type} each"
    else:
        yield f"{domain.machines} x {domain.type}; an UltraServer has {sizes}"
    if machine is not None:
        yield accelerators_of(machine, domain.machines)
        if link and not rest:
            yield f"one {link} domain" if whole == 1 else f"{whole} {link} domains"


def accelerators_of(machine: Machine, count: int) -> str:
    if not machine.accelerators:
        return ""
    memory = machine.accelerator_memory_gib
    return f"{machine.accelerators * count:,} {machine.accelerator}" + (
        f", {memory * count:,g} GiB" if memory is not None else ""
    )


def _reservations(drawing: Drawing) -> None:
    for one in drawing.world.of_type(*ec2.RESERVATIONS):
        zone = text(one, "availabilityZone")
        place = drawing.zone(region_of(drawing, one), zone)
        count = given(one, "instanceCount", " x ", unknown="number unknown, ")
        block = one.type.endswith("CapacityBlockReservation")
        what = f"capacity {'block' if block else 'reservation'}"
        size = f"{count}{text(one, 'instanceType') or 'type unknown'}"
        details = (what, size) if not block else (what,)
        drawing.add(Part(drawing.key(one), place, "other", drawing.label(one), details, (one.urn,)))
