"""A VPC that somebody else made: ids with declared facts, so that rules can decide without asking the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Annotated, Any

import pulumi
from pydantic import AfterValidator, Field, model_validator

from .. import addresses, component
from ..component import Component, Input, Strict
from ..names import Like
from ..refusals import Wrong, refuse
from ._addresses import REGION, RangeName, Region, SubnetCidr, SubnetworkName

API = "https://www.googleapis.com/compute/v1/"
LINK = r"^(https://[a-z.]*googleapis\.com/compute/[a-z0-9]+/)?"  # self links begin so, ids do not
NetworkId = Annotated[
    str,
    Like(
        LINK + r"projects/[a-z0-9.:-]+/global/networks/[a-z0-9-]+$",
        "must be the id of a network; fix: write it like projects/example-ml/global/networks/shared",
    ),
]
SubnetworkId = Annotated[
    str,
    Like(
        LINK + r"projects/[a-z0-9.:-]+/regions/[a-z0-9-]+/subnetworks/[a-z0-9-]+$",
        "must be the id of a subnetwork; fix: write it like projects/example-ml/regions/us-east5/subnetworks/tpu",
    ),
]


def _is_address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise ValueError("must be an IPv4 address; fix: write it like 34.1.2.3") from None


PublicIp = Annotated[str, AfterValidator(_is_address)]


class ExistingSubnetwork(Strict):
    id: Input[SubnetworkId] = Field(
        description="Id of the subnetwork (projects/PROJECT/regions/...), or its self link."
    )
    region: Region | None = Field(
        default=None, description="Its region; if left out, that of its id, or its name where the id is known later."
    )
    cidr: SubnetCidr = Field(description="Range of IPv4 addresses of its machines.")
    secondary_ranges: dict[RangeName, SubnetCidr] = Field(
        default={}, description="Further ranges by name, such as those of the pods and services of a GKE cluster."
    )
    private_google_access: bool = Field(
        description="Whether machines without a public address reach Google's own services."
    )
    nat: bool = Field(description="Whether machines without a public address reach the internet, by Cloud NAT or so.")

    @model_validator(mode="after")
    def _one_region(self) -> ExistingSubnetwork:
        if isinstance(self.id, str) and not REGION.fullmatch(_region(self.id)):
            raise ValueError(
                f"has an id in {_region(self.id)}, which is no region; fix: write its region, like us-east5"
            )
        if isinstance(self.id, str) and self.region not in (None, _region(self.id)):
            raise ValueError(f"says {self.region}, and its id {_region(self.id)}; fix: remove region")
        return self


class ExistingNetworkArgs(component.Args):
    network_id: Input[NetworkId] = Field(
        description="Id of the VPC (projects/PROJECT/global/networks/NAME), or its self link."
    )
    subnetworks: dict[SubnetworkName, ExistingSubnetwork] = Field(
        min_length=1, description="The subnetworks to use, under names of your choice."
    )
    mtu: Input[Annotated[int, Field(ge=1300, le=8896)]] | None = Field(
        default=None, description="Largest packet in bytes; if left out, rules about it cannot decide."
    )
    nat_public_ips: list[Input[PublicIp]] = Field(
        default=[], description="Addresses from which machines reach the internet, where they are fixed."
    )
    private_services_cidr: Input[addresses.Cidr] | None = Field(
        default=None, description="Range of Google's managed services (Managed Lustre), where the network has one."
    )
    private_services_range: Input[str] | None = Field(default=None, description="Name of that range.")

    @model_validator(mode="after")
    def _possible(self) -> ExistingNetworkArgs:
        refuse(Wrong("subnetworks", why) for why in _impossible(self))
        return self

    def region_of(self, key: str) -> str:
        one = self.subnetworks[key]
        return one.region or (_region(one.id) if isinstance(one.id, str) else key)


def _impossible(args: ExistingNetworkArgs) -> Iterator[str]:
    ids = [_id(one.id) for one in args.subnetworks.values() if isinstance(one.id, str)]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        yield f"has {twice[0]} twice; fix: remove one"
    for key, one in args.subnetworks.items():
        if REGION.fullmatch(key) and key != (region := args.region_of(key)):
            yield f"has one named {key} that lies in {region}; fix: choose another name"
        if not isinstance(one.id, str) and one.region is None and not REGION.fullmatch(key):
            yield f"must say where {key} is, whose id is known later; fix: add region: us-east5"
    if isinstance(args.network_id, str):
        home = _project(args.network_id)
        for key, one in args.subnetworks.items():
            # a project's number and its id may be one project
            if (
                isinstance(one.id, str)
                and not (home.isdigit() ^ _project(one.id).isdigit())
                and _project(one.id) != home
            ):
                yield f"has {key} in the project {_project(one.id)}, and the network is in {home}; fix: correct the ids"
    named = {f"subnetwork {key}": one.cidr for key, one in args.subnetworks.items()}
    for key, one in args.subnetworks.items():
        named |= {f"{name} of {key}": cidr for name, cidr in one.secondary_ranges.items()}
    if isinstance(args.private_services_cidr, str):
        named["private_services_cidr"] = args.private_services_cidr
    if why := addresses.misplaced(named, ["0.0.0.0/0"]):
        yield f"cannot have these ranges: {why}"


class ExistingNetwork(Component):
    token = "ultrastack:gcp:ExistingNetwork"
    cloud = "gcp"
    Args = ExistingNetworkArgs
    roles = {}

    network_id: Annotated[pulumi.Output[str], "Id of the VPC: projects/PROJECT/global/networks/NAME."]
    network_name: Annotated[pulumi.Output[str], "Name of the VPC."]
    network_self_link: Annotated[pulumi.Output[str], "The VPC's address in the Compute Engine API."]
    mtu: Annotated[pulumi.Output[int] | None, "Largest packet in bytes; absent if not given."]
    regions: Annotated[list[pulumi.Output[str]], "Regions of the subnetworks, each once."]
    cidrs: Annotated[list[pulumi.Output[str]], "Ranges of the subnetworks' machines, in the order given."]
    subnetwork_ids: Annotated[
        list[pulumi.Output[str]], "Ids of the subnetworks (projects/PROJECT/regions/...), in the order given."
    ]
    subnetwork_ids_by_name: Annotated[dict[str, pulumi.Output[str]], "Name -> its subnetwork."]
    subnetwork_ids_by_region: Annotated[dict[str, pulumi.Output[str]], "Region -> its first subnetwork."]
    nat_public_ips: Annotated[list[pulumi.Output[str]], "Addresses from which machines reach the internet."]
    private_services_cidr: Annotated[
        pulumi.Output[str] | None, "Range of Google's managed services; absent if not given."
    ]
    private_services_range: Annotated[pulumi.Output[str] | None, "Name of that range; absent if not given."]

    def __init__(self, name: str, args: ExistingNetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self.network_id = pulumi.Output.from_input(args.network_id).apply(_id)
        self.network_name = self.network_id.apply(lambda known: known.rsplit("/", 1)[-1])
        self.network_self_link = pulumi.Output.concat(API, self.network_id)
        self.mtu = _given(args.mtu)
        regions = {key: args.region_of(key) for key in args.subnetworks}
        self.regions = [pulumi.Output.from_input(region) for region in dict.fromkeys(regions.values())]
        self.cidrs = [pulumi.Output.from_input(one.cidr) for one in args.subnetworks.values()]
        self.subnetwork_ids_by_name = {
            key: pulumi.Output.from_input(one.id).apply(_id) for key, one in args.subnetworks.items()
        }
        self.subnetwork_ids = list(self.subnetwork_ids_by_name.values())
        self.subnetwork_ids_by_region = {}
        for key, subnetwork_id in self.subnetwork_ids_by_name.items():
            self.subnetwork_ids_by_region.setdefault(regions[key], subnetwork_id)
        self.nat_public_ips = [pulumi.Output.from_input(one) for one in args.nat_public_ips]
        self.private_services_cidr = _given(args.private_services_cidr)
        self.private_services_range = _given(args.private_services_range)
        self.finish()


def _id(link: str) -> str:
    """Without what a self link has before it."""
    return link[link.index("projects/") :]


def _project(link: str) -> str:
    return _id(link).split("/")[1]


def _region(subnetwork_id: str) -> str:
    return _id(subnetwork_id).split("/")[3]


def _given(value: Any) -> pulumi.Output[Any] | None:
    return None if value is None else pulumi.Output.from_input(value)
