"""What EFA machines share: a cluster placement group, and a security group that talks to itself in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from .. import component
from ..addresses import Cidr
from ..component import Component, Input, Strict
from ..names import Like, RuleName, twins

if TYPE_CHECKING:
    Rule = aws.vpc.SecurityGroupIngressRule | aws.vpc.SecurityGroupEgressRule

ANYWHERE = "0.0.0.0/0"
Port = Annotated[int, Field(ge=0, le=65535)]
# EC2 CreatePlacementGroup: up to 255 ASCII characters; CreateSecurityGroup: up to 255 of these, and not sg-
PhysicalName = Annotated[
    str,
    Field(max_length=255),
    Like(
        r"^(?![sS][gG]-)[A-Za-z0-9 ._:/()#,@\[\]+=&;{}!$*-]+$",
        "EC2 takes letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* in a group's name, and no sg- at its beginning",
    ),
]


class OtherSide(Strict):
    """One of the three: that is how EC2 writes rules."""

    security_group_id: Input[str] | None = Field(default=None, description="Machines in this security group (sg-...).")
    prefix_list_id: Input[str] | None = Field(default=None, description="Addresses of this prefix list (pl-...).")
    cidr: Input[Cidr] | None = Field(default=None, description="Addresses in this range.")

    @model_validator(mode="after")
    def _one(self) -> OtherSide:
        given = [side for side in ("security_group_id", "prefix_list_id", "cidr") if getattr(self, side) is not None]
        if not given:
            raise ValueError("it names no other side; fix: add security_group_id, prefix_list_id or cidr")
        if len(given) > 1:
            raise ValueError(f"one rule has one other side; fix: make a rule for each of {', '.join(given)}")
        return self


class Access(OtherSide):
    port: Input[Port] = Field(description="The port, or the first one of a range.")
    to_port: Input[Port] | None = Field(default=None, description="The last port of a range.")
    protocol: Literal["tcp", "udp"] = Field(default="tcp", description="The protocol.")

    @model_validator(mode="after")
    def _upwards(self) -> Access:
        if isinstance(self.port, int) and isinstance(self.to_port, int) and self.to_port < self.port:
            raise ValueError("to_port is below port; fix: exchange them")
        return self


class Peer(Strict):
    security_group_id: Input[str] = Field(description="The other security group (sg-...), of the same network.")
    both_groups: bool = Field(
        default=True,
        description="Whether the other group gets its two rules too; false where somebody else writes them.",
    )


class EfaPlacementGroupArgs(component.Args):
    vpc_id: Input[str] = Field(description="Network of the security group (vpc-...).")
    placement_group: bool | None = Field(
        default=None,
        description="Whether a cluster placement group is made; if left out, unless there is an existing one.",
    )
    existing_placement_group: Input[str] | None = Field(
        default=None,
        description="Name of the placement group to use instead, such as the one of an on-demand capacity reservation.",
    )
    physical_name: Input[PhysicalName] | None = Field(
        default=None, description="Name of both groups in AWS; if left out, one with a random ending is made up."
    )
    peers: dict[RuleName, Peer] = Field(
        default={}, description="Security groups with all traffic in both directions, under names of your choice."
    )
    egress: Literal["none", "https", "all"] = Field(
        default="https",
        description="Where machines may connect to besides their own group: nowhere, HTTPS, or everything.",
    )
    https_to: dict[RuleName, OtherSide] = Field(
        default={}, description="The only places for HTTPS, under names of your choice; anywhere if left out."
    )
    access: dict[RuleName, Access] = Field(
        default={}, description="Ports open to others, such as SSH for a bastion, under names of your choice."
    )

    @model_validator(mode="after")
    def _possible(self) -> EfaPlacementGroupArgs:
        if self.placement_group is not None and self.existing_placement_group is not None:
            raise ValueError("takes an existing_placement_group as it is; fix: remove placement_group")
        ids = {name: peer.security_group_id for name, peer in self.peers.items()}
        for argument, named in (("peers", ids), ("https_to", self.https_to), ("access", self.access)):
            # two values that are only known later are never the same here: Outputs cannot be compared
            if same := twins({name: told for name, one in named.items() if (told := _told(one)) is not None}):
                raise ValueError(f"has {same[0]} and {same[1]} in {argument} as one and the same rule; fix: remove one")
        if self.https_to and self.egress != "https":
            raise ValueError("takes https_to with egress: https only; fix: remove one of the two")
        return self


def _told(one: str | OtherSide | Any) -> Any:
    """Plain values that tell one rule from another; None where only the cloud knows them."""
    told = [one] if not isinstance(one, OtherSide) else [getattr(one, name) for name in type(one).model_fields]
    return told if all(value is None or isinstance(value, (str, int)) for value in told) else None


class EfaPlacementGroup(Component):
    token = "ultrastack:aws:EfaPlacementGroup"
    cloud = "aws"
    Args = EfaPlacementGroupArgs
    roles = {
        "placement-group": "The cluster placement group.",
        "security-group": "The security group of every EFA interface.",
        "self-in": "All traffic from the group itself.",
        "self-out": "All traffic to the group itself.",
        "peer-in-*": "All traffic from a peer.",
        "peer-out-*": "All traffic to a peer.",
        "peer-back-in-*": "All traffic from the group, as a rule of the peer.",
        "peer-back-out-*": "All traffic to the group, as a rule of the peer.",
        "https-out": "HTTPS to anywhere.",
        "https-out-*": "HTTPS to one place.",
        "all-out": "Everything to anywhere.",
        "access-*": "Ports open to others.",
    }

    longest = {"placement-group": 255}  # EC2 CreatePlacementGroup, GroupName; the same for the security group

    placement_group_name: Annotated[
        pulumi.Output[str] | None, "Name of the placement group; absent with `placement_group: false`."
    ]
    placement_group_arn: Annotated[
        pulumi.Output[str] | None, "Arn of the placement group; absent with `placement_group: false`."
    ]
    security_group_id: Annotated[pulumi.Output[str], "Id of the security group, once its rules are there."]
    security_group_arn: Annotated[pulumi.Output[str], "Arn of the security group."]

    def __init__(self, name: str, args: EfaPlacementGroupArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        self._group = aws.ec2.SecurityGroup(
            self.child("security-group"),
            vpc_id=args.vpc_id,
            name=args.physical_name,
            description="EFA machines that talk to each other",  # changing it would replace the group
            tags=self.named_tags("security-group"),
            opts=self.below(),
        )
        into, out = aws.vpc.SecurityGroupIngressRule, aws.vpc.SecurityGroupEgressRule
        itself = OtherSide(security_group_id=self._group.id)
        # EC2 User Guide, EFA: all traffic to and from the group itself, named by its id; address ranges do not count
        rules: list[Rule] = [self._rule(into, "self-in", itself), self._rule(out, "self-out", itself)]
        for peer_name, peer in args.peers.items():
            rules += self._rules_of_peer(peer_name, peer, itself)
        if args.egress == "all":
            rules.append(self._rule(out, "all-out", OtherSide(cidr=ANYWHERE)))
        elif args.egress == "https" and not args.https_to:
            rules.append(self._rule(out, "https-out", OtherSide(cidr=ANYWHERE), "tcp", 443, 443))
        for place_name, place in args.https_to.items():
            rules.append(self._rule(out, f"https-out-{place_name}", place, "tcp", 443, 443))
        for access_name, access in args.access.items():
            last = access.port if access.to_port is None else access.to_port
            rules.append(self._rule(into, f"access-{access_name}", access, access.protocol, access.port, last))

        # A machine that starts before its rules cannot fetch anything. A rule's own security_group_id is known whenever
        # the group's id is, so a new rule never makes the id unknown.
        waited = pulumi.Output.all(self._group.id, *[rule.security_group_id for rule in rules])
        self.security_group_id = waited.apply(lambda ids: str(ids[0]))
        self.security_group_arn = self._group.arn
        self.placement_group_name, self.placement_group_arn = self._placement()
        self.finish()

    def _placement(self) -> tuple[pulumi.Output[str] | None, pulumi.Output[str] | None]:
        if self._args.existing_placement_group is not None:
            name = pulumi.Output.from_input(self._args.existing_placement_group)
            # same partition, region and account as the security group: arn:aws:ec2:REGION:ACCOUNT:security-group/ID
            stem = self._group.arn.apply(lambda arn: arn.rpartition(":")[0])
            return name, pulumi.Output.concat(stem, ":placement-group/", name)
        if self._args.placement_group is False:
            return None, None
        group = aws.ec2.PlacementGroup(
            self.child("placement-group"),
            strategy="cluster",
            name=self._args.physical_name,
            tags=self.named_tags("placement-group"),
            opts=self.below(),
        )
        return group.name, group.arn

    def _rules_of_peer(self, name: str, peer: Peer, itself: OtherSide) -> list[Rule]:
        into, out = aws.vpc.SecurityGroupIngressRule, aws.vpc.SecurityGroupEgressRule
        other = OtherSide(security_group_id=peer.security_group_id)
        if peer.both_groups:
            self._rule(into, f"peer-back-in-{name}", itself, group=peer.security_group_id)
            self._rule(out, f"peer-back-out-{name}", itself, group=peer.security_group_id)
        return [self._rule(into, f"peer-in-{name}", other), self._rule(out, f"peer-out-{name}", other)]

    def _rule(
        self,
        direction: type[Rule],
        role: str,
        side: OtherSide,
        protocol: str = "-1",
        port: Input[int] | None = None,
        to_port: Input[int] | None = None,
        group: Input[str] | None = None,
    ) -> Rule:
        return direction(
            self.child(role),
            security_group_id=self._group.id if group is None else group,
            ip_protocol=protocol,
            from_port=port,
            to_port=to_port,
            referenced_security_group_id=side.security_group_id,
            prefix_list_id=side.prefix_list_id,
            cidr_ipv4=side.cidr,
            tags=self.named_tags(role),
            opts=self.below(),
        )
