"""Which machines does the program start on EC2, and how? A launch template is read where the launch does not say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ultrastack.catalog import Machine, machines

from .rule import Undecided
from .world import Block, Outside, Subject, Unsure, World

Meant = Subject | Outside | Unsure

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
INSTANCE = "aws:ec2/instance:Instance"
SPOT_INSTANCE = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
GROUP = "aws:autoscaling/group:Group"
FLEET = "aws:ec2/fleet:Fleet"
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LAUNCHING: tuple[str, ...] = (INSTANCE, SPOT_INSTANCE, GROUP, FLEET, SPOT_FLEET, NODE_GROUP)

NETWORK_INTERFACE = "aws:ec2/networkInterface:NetworkInterface"
SECURITY_GROUPS = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
PLACEMENT_GROUP = "aws:ec2/placementGroup:PlacementGroup"
RESERVATIONS = (
    "aws:ec2/capacityReservation:CapacityReservation",
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation",
)
RESERVATION_GROUP = "aws:resourcegroups/group:Group"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
MARKETS = {"ON_DEMAND": "on-demand", "SPOT": "spot", "CAPACITY_BLOCK": "capacity-block"}  # in the words of EKS


@dataclass(frozen=True)
class Launch:
    """One thing that starts machines from one template, or from none."""

    subject: Subject  # the instance, group, node group ...; a template that is looked at by itself
    own: Block  # what it says itself: the subject, or one launch specification of several
    named: Meant | None = None  # its launch template or configuration
    overrides: tuple[Block, ...] = ()  # what it says of single types or subnets

    @property
    def template(self) -> Subject | None:
        """Where this program makes it."""
        return self.named if isinstance(self.named, Subject) else None

    # ---- machines ---------------------------------------------------------------------------------------------------

    def instance_types(self) -> tuple[str, ...]:
        """In the order written; none where nobody says it. Raises Undecided."""
        found = [one.text("instanceType") for one in self.overrides if one.has("instanceType")]
        if required := next((one for one in self.overrides if one.has("instanceRequirements")), None):
            raise Undecided(f"the types that `{required.at('instanceRequirements')}` comes to", required)
        if not found or len(found) < len(self.overrides):
            found += self._usual_types()
        return tuple(dict.fromkeys(found))

    def machines(self) -> tuple[Machine, ...]:
        """Those of them that the catalogue knows. Raises Undecided."""
        rows = machines()
        return tuple(rows[name] for name in self.instance_types() if name in rows)

    def most(self) -> int:
        """How many machines there are at most, scheduled actions included. Raises Undecided."""
        match self.subject.type:
            case "aws:autoscaling/group:Group":
                return max(int(self.subject.number("maxSize")), *self._scheduled_sizes())
            case "aws:eks/nodeGroup:NodeGroup":
                return int(self.subject.number("scalingConfig.maxSize"))
            case "aws:ec2/fleet:Fleet" | "aws:ec2/spotFleetRequest:SpotFleetRequest":
                if weighted := next((one for one in self.overrides if one.has("weightedCapacity")), None):
                    raise Undecided("the number of machines, which are counted by weight", weighted, "weightedCapacity")
                whole = "targetCapacitySpecification.totalTargetCapacity"
                return int(self.subject.number("targetCapacity" if self.subject.type == SPOT_FLEET else whole))
        return 1

    # ---- how they are bought and placed -----------------------------------------------------------------------------

    def market(self) -> str:
        """on-demand, spot or capacity-block; spot too where only some are. Raises Undecided."""
        if self.subject.type in (SPOT_INSTANCE, SPOT_FLEET):
            return "spot"
        if self.subject.type == NODE_GROUP and self.subject.has("capacityType"):
            given = self.subject.text("capacityType")
            return MARKETS.get(given, given)
        if self.subject.type == FLEET:
            return self.subject.text("targetCapacitySpecification.defaultTargetCapacityType", "on-demand")
        if self.subject.has("mixedInstancesPolicy"):
            on_demand = "mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity"
            if self.subject.number(on_demand, 100) < 100:
                return "spot"
        for holder in self._holders():
            if holder.has("instanceMarketOptions"):
                return holder.text("instanceMarketOptions.marketType", "on-demand")
            if holder.has("spotPrice"):
                return "spot"
        return "on-demand"

    def reservations(self) -> list[Meant]:
        """The capacity reservations, or their resource groups, that it launches into. Raises Undecided."""
        target = "capacityReservationSpecification.capacityReservationTarget"
        for holder in self._holders():
            holder.get(target)  # one that is unknown as a whole may name none
            for name in ("capacityReservationId", "capacityReservationIds"):
                if holder.has(f"{target}.{name}"):
                    return self._all(holder, f"{target}.{name}", *RESERVATIONS)
            for name in ("capacityReservationResourceGroupArn", "capacityReservationResourceGroupArns"):
                if holder.has(f"{target}.{name}"):
                    return self._all(holder, f"{target}.{name}", RESERVATION_GROUP)
        return []

    def reservation(self) -> Subject | Outside | None:
        """The first of them. Raises Undecided."""
        return _sure(next(iter(self.reservations()), None))

    def placement_group(self) -> Subject | Outside | None:
        """Raises Undecided."""
        for holder in self._holders():
            for name in ("placementGroup", "placementGroupId", "placement.groupName", "placement.groupId"):
                if holder.has(name) and holder.raw(name) != "":
                    return self.subject.world.meant(holder, name, PLACEMENT_GROUP)
        return None

    # ---- network ----------------------------------------------------------------------------------------------------

    def interfaces(self) -> list[Block]:
        """The network interfaces as they are written; none where none is. Raises Undecided."""
        for holder in self._holders():
            if holder.has("networkInterfaces"):
                return holder.blocks("networkInterfaces")
            if holder.has("primaryNetworkInterface"):
                return holder.blocks("primaryNetworkInterface")
        return []

    def settings(self, interface: Block) -> Block:
        """What says an interface's type, subnet and groups: itself, or the one that it names. Raises Undecided."""
        return self.subject.world.made(interface, "networkInterfaceId", NETWORK_INTERFACE) or interface

    def security_groups(self, interface: Block | None = None) -> list[Meant]:
        """Those of one interface, else of all; none where nobody names one: the network's default group.

        Raises Undecided.
        """
        interfaces = self.interfaces() if interface is None else [interface]
        if not interfaces:
            return self._machine_groups()
        found: list[Meant] = []
        for settings in map(self.settings, interfaces):
            given = settings.has("securityGroups")
            found += self._all(settings, "securityGroups", *SECURITY_GROUPS) if given else self._machine_groups()
        return list(dict.fromkeys(found))

    def subnets(self) -> list[Meant]:
        """Where its machines may stand; none where nobody says it. Raises Undecided."""
        given = [(one, "subnetId") for one in self.overrides if one.has("subnetId")]
        given = given or [
            (self.own, name) for name in ("vpcZoneIdentifiers", "subnetIds", "subnetId") if self.own.has(name)
        ]
        if not given:
            given = [(s, "subnetId") for s in map(self.settings, self.interfaces()) if s.has("subnetId")]
        return list(dict.fromkeys(one for block, name in given for one in self._all(block, name, *SUBNETS)))

    # ---- everything else --------------------------------------------------------------------------------------------

    def block(self, name: str) -> Block:
        """metadataOptions, placement ...: its own, else its template's. Raises Undecided."""
        holder = self.holder(name)
        return self.own.block(name) if holder is None else holder.block(name)

    def holder(self, name: str) -> Block | None:
        """Who says an input: itself, else its template; None where neither does. Raises Undecided."""
        return next((one for one in self._holders() if one.has(name)), None)

    def _holders(self) -> Iterator[Block]:
        yield self.own
        if isinstance(self.named, Outside):
            raise Undecided(f"launch template {self.named.id}, which is not in this program", self.own)
        if isinstance(self.named, Unsure):
            raise Undecided(self.named.needs, self.own)
        if self.named is not None:
            yield self.named

    def _usual_types(self) -> list[str]:
        if self.own.has("instanceTypes"):
            return self.own.texts("instanceTypes")
        for holder in self._holders():
            if holder.has("instanceType"):
                return [holder.text("instanceType")]
            if holder.has("instanceRequirements"):
                raise Undecided(f"the types that `{holder.at('instanceRequirements')}` comes to", holder)
        return []

    def _scheduled_sizes(self) -> list[int]:
        found = self.subject.world.pointing_at(self.subject, SCHEDULE, "autoscalingGroupName")
        if found.unsure:
            raise Undecided(f"the group that {found.unsure[0].name} is for", found.unsure[0], "autoscalingGroupName")
        return [int(one.number("maxSize", -1)) for one in found.sure] or [-1]  # -1: as it is

    def _machine_groups(self) -> list[Meant]:
        for holder in self._holders():
            for name in ("vpcSecurityGroupIds", "securityGroups", "securityGroupNames"):
                if holder.has(name):
                    return self._all(holder, name, *SECURITY_GROUPS)
        return []

    def _all(self, block: Block, name: str, *types: str) -> list[Meant]:
        return list(dict.fromkeys(self.subject.world.all_meant(block, name, *types)))


def launch_of(subject: Subject) -> Launch:
    """The launch of an instance, a group, a node group ...: the first where there are several."""
    return launches_of(subject)[0]


def launches_of(subject: Subject) -> tuple[Launch, ...]:
    """Several where a fleet or a mixed group names several templates; at least one."""
    found = subject.world.once(_by_urn).get(subject.urn)
    return found or (Launch(subject, subject),)


def launches(world: World) -> tuple[Launch, ...]:
    """All that this program starts."""
    return tuple(one for them in world.once(_by_urn).values() for one in them)


def launches_from(template: Subject) -> tuple[Launch, ...]:
    """Those that use this template, surely."""
    return tuple(template.world.once(_by_template).get(template.urn, ()))


def unsure_template(world: World) -> str:
    """What would tell which template something is launched from; empty where all are known."""
    return next((one.named.needs for one in launches(world) if isinstance(one.named, Unsure)), "")


def templates_not_launched(world: World) -> tuple[Subject, ...]:
    """Launch templates of this program that nothing of it starts, as far as anybody can tell."""
    return tuple(one for one in world.of_type(TEMPLATE) if not launches_from(one))


def _by_urn(world: World) -> Mapping[str, tuple[Launch, ...]]:
    return {one.urn: tuple(_made(one)) or (Launch(one, one),) for one in world.of_type(*LAUNCHING)}


def _by_template(world: World) -> Mapping[str, list[Launch]]:
    found: dict[str, list[Launch]] = {}
    for one in launches(world):
        if one.template is not None:
            found.setdefault(one.template.urn, []).append(one)
    return found


def _made(subject: Subject) -> Iterable[Launch]:
    try:
        return list(_launches(subject))
    except Undecided as e:  # which templates there are
        return [Launch(subject, subject, Unsure(e.said.needs))]


def _launches(subject: Subject) -> Iterator[Launch]:
    if subject.type == GROUP and subject.has("mixedInstancesPolicy"):
        yield from _of_mixed_group(subject)
    elif subject.type in (FLEET, SPOT_FLEET):
        for specification in subject.blocks("launchSpecifications"):
            yield Launch(subject, specification)
        for config in subject.blocks("launchTemplateConfigs"):
            named = _template(config.block("launchTemplateSpecification"))
            yield Launch(subject, config, named, tuple(config.blocks("overrides")))
    elif subject.has("launchConfiguration"):
        yield Launch(subject, subject, _named(subject, ("launchConfiguration",), CONFIGURATION))
    elif isinstance(subject.raw("launchTemplate"), Mapping) or not subject.has("launchTemplate"):
        yield Launch(subject, subject, _template(subject.block("launchTemplate")))
    else:
        yield Launch(subject, subject, _named(subject, ("launchTemplate",), TEMPLATE))


def _of_mixed_group(subject: Subject) -> Iterator[Launch]:
    mixed = subject.block("mixedInstancesPolicy.launchTemplate")
    usual = _template(mixed.block("launchTemplateSpecification"))
    overrides = mixed.blocks("overrides")
    own = [one for one in overrides if one.has("launchTemplateSpecification")]
    if len(own) < len(overrides) or not overrides:
        yield Launch(
            subject, subject, usual, tuple(one for one in overrides if not one.has("launchTemplateSpecification"))
        )
    for one in own:
        yield Launch(subject, subject, _template(one.block("launchTemplateSpecification")), (one,))


def _template(block: Block) -> Meant | None:
    return _named(block, ("launchTemplateId", "id", "launchTemplateName", "name"), TEMPLATE)


def _named(block: Block, names: tuple[str, ...], type: str) -> Meant | None:
    for name in names:
        if block.has(name):
            try:
                return block.subject.world.meant(block, name, type)
            except Undecided as e:
                return Unsure(e.said.needs)
    return None


def _sure(found: Meant | None) -> Subject | Outside | None:
    if isinstance(found, Unsure):
        raise Undecided(found.needs)
    return found
