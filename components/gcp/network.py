"""A VPC for TPU workers: subnetworks by region, a way out, jumbo frames, and a firewall that lets workers meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import pulumi
import pulumi_gcp as gcp
from pydantic import Field, field_validator, model_validator

from .. import addresses, component
from ..component import Component, Input, Strict
from ..names import RuleName
from ..refusals import Wrong, refuse
from . import _firewall, _names
from ._addresses import REGION, ZONE, RangeName, Region, SubnetCidr, SubnetworkName
from ._firewall import FirewallRule
from ._flow_logs import FlowLogs, log_config
from ._private_services import PrivateServices, connect

INTERNAL: dict[str, list[str]] = {"tcp": [], "udp": [], "icmp": []}
# compute v1 discovery, RouterNatLogConfig.filter
NAT_LOGS = {"errors": "ERRORS_ONLY", "translations": "TRANSLATIONS_ONLY", "all": "ALL"}


class Subnetwork(Strict):
    cidr: SubnetCidr = Field(description="Range of IPv4 addresses of its machines: one each, and four are Google's.")
    region: Region | None = Field(default=None, description="Its region; if left out, its name is the region's.")
    secondary_ranges: dict[RangeName, SubnetCidr] = Field(
        default={}, description="Further ranges by name, such as those of the pods and services of a GKE cluster."
    )
    private_google_access: bool = Field(
        default=True, description="Whether machines without a public address reach Google's own services."
    )


class NetworkArgs(component.Args):
    subnetworks: dict[SubnetworkName, Subnetwork] = Field(
        min_length=1, description="Subnetworks by name; one that is named like a region (us-east5) lies there."
    )
    mtu: Input[Annotated[int, Field(ge=1300, le=8896)]] = Field(
        default=8896, description="Largest packet in bytes, 1300 to 8896; TPU workers want the largest."
    )
    routing_mode: Literal["REGIONAL", "GLOBAL"] = Field(
        default="REGIONAL", description="Whether Cloud Routers announce routes of their own region, or of all."
    )
    nat: Literal["none", "per-region"] = Field(
        default="per-region", description="Cloud NAT, by which machines without a public address reach the internet."
    )
    nat_addresses: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="Public addresses that are reserved for NAT in each region; with 0 Google takes some of its own.",
    )
    nat_min_ports_per_machine: Input[Annotated[int, Field(ge=2, le=65536)]] | None = Field(
        default=None,
        description="Connections to one server that each machine can have; Google's own number if left out.",
    )
    nat_logs: Literal["none", "errors", "translations", "all"] = Field(
        default="errors", description="Which connections by NAT are written down."
    )
    internal_traffic: bool = Field(
        default=True, description="Whether the network's own addresses reach each other by TCP, UDP and ICMP."
    )
    peer_cidrs: list[Input[addresses.Cidr]] = Field(
        default=[], description="Ranges outside of the network that are let in like its own addresses."
    )
    iap_ssh: bool = Field(
        default=True, description="Whether machines are reached with SSH through Identity-Aware Proxy."
    )
    firewall_rules: dict[RuleName, FirewallRule] = Field(
        default={}, description="Further firewall rules, under names of your choice."
    )
    firewall_logs: bool = Field(default=False, description="Whether connections that a firewall rule met are recorded.")
    flow_logs: FlowLogs = Field(default=FlowLogs(), description="Records of the connections of the machines.")
    private_services: PrivateServices | None = Field(
        default=None, description="Room for Google's managed services (Managed Lustre) inside the network."
    )

    @field_validator("subnetworks")
    @classmethod
    def _somewhere(cls, given: dict[str, Subnetwork]) -> dict[str, Subnetwork]:
        for name, one in given.items():
            named = REGION.fullmatch(name) is not None
            if one.region is None and (zone := ZONE.fullmatch(name)):
                raise ValueError(
                    f"has one named {name}, which is a zone; fix: name it {zone[1]}, or add region: {zone[1]}"
                )
            if one.region is None and not named:
                raise ValueError(f"must say where {name} is, which is no region's name; fix: add region: us-east5")
            if one.region is not None and named and name != one.region:
                raise ValueError(f"has one named {name} that lies in {one.region}; fix: choose another name")
        return given

    @model_validator(mode="after")
    def _possible(self) -> NetworkArgs:
        refuse(_impossible(self))
        return self

    def ranges(self) -> dict[str, str]:
        """What must be apart from each other, by words for it."""
        named = {f"subnetwork {name}": one.cidr for name, one in self.subnetworks.items()}
        for name, one in self.subnetworks.items():
            named |= {f"{key} of {name}": cidr for key, cidr in one.secondary_ranges.items()}
        if self.private_services is not None and self.private_services.cidr is not None:
            named["private_services"] = self.private_services.cidr
        return named

    def own_cidrs(self) -> list[str]:
        """Ranges of machines, pods and services: from where its own traffic comes."""
        return [cidr for one in self.subnetworks.values() for cidr in (one.cidr, *one.secondary_ranges.values())]

    def region_of(self, name: str) -> str:
        return self.subnetworks[name].region or name

    def regions(self) -> list[str]:
        """Each once, in the order of the subnetworks."""
        return list(dict.fromkeys(self.region_of(name) for name in self.subnetworks))


def _impossible(args: NetworkArgs) -> Iterator[Wrong]:
    for argument in ("nat_addresses", "nat_min_ports_per_machine"):
        if args.nat == "none" and getattr(args, argument):
            yield Wrong(argument, "cannot go with nat: none; fix: remove it, or write nat: per-region")
    if args.nat == "none" and args.nat_logs != "none" and "nat_logs" in args.model_fields_set:
        yield Wrong("nat_logs", "cannot go with nat: none; fix: remove it, or write nat: per-region")
    if (why := addresses.misplaced(args.ranges(), ["0.0.0.0/0"])) is not None:
        yield Wrong("subnetworks", f"cannot have these ranges: {why}")


class Network(Component):
    token = "ultrastack:gcp:Network"
    cloud = "gcp"
    Args = NetworkArgs
    roles = {
        "network": "The VPC.",
        "subnetwork-*": "A subnetwork.",
        "router-*": "The Cloud Router of a region, which NAT needs.",
        "nat-address-*": "A public address that is reserved for NAT in a region.",
        "nat-*": "The Cloud NAT of a region.",
        "internal": "The rule that lets the network's own addresses, and those of peers, reach each other.",
        "iap-ssh": "The rule that lets Identity-Aware Proxy reach port 22.",
        "lustre": "The rule that lets Managed Lustre reach its clients.",
        "rule-*": "A firewall rule of your own.",
        "private-services-range": "The range that is reserved for Google's managed services.",
        "private-services-connection": "What joins their network with this one.",
    }

    network_id: Annotated[pulumi.Output[str], "Id of the VPC: projects/PROJECT/global/networks/NAME."]
    network_name: Annotated[pulumi.Output[str], "Name of the VPC."]
    network_self_link: Annotated[pulumi.Output[str], "The VPC's address in the Compute Engine API."]
    mtu: Annotated[pulumi.Output[int] | None, "Largest packet in bytes."]
    regions: Annotated[list[pulumi.Output[str]], "Regions of the subnetworks, each once."]
    cidrs: Annotated[list[pulumi.Output[str]], "Ranges of the subnetworks' machines, in the order given."]
    subnetwork_ids: Annotated[
        list[pulumi.Output[str]], "Ids of the subnetworks (projects/PROJECT/regions/...), in the order given."
    ]
    subnetwork_ids_by_name: Annotated[dict[str, pulumi.Output[str]], "Name -> its subnetwork."]
    subnetwork_ids_by_region: Annotated[dict[str, pulumi.Output[str]], "Region -> its first subnetwork."]
    nat_public_ips: Annotated[
        list[pulumi.Output[str]],
        "Reserved addresses from which machines reach the internet; those that Google chooses are not known.",
    ]
    private_services_cidr: Annotated[
        pulumi.Output[str] | None, "Range of Google's managed services; absent without private_services."
    ]
    private_services_range: Annotated[
        pulumi.Output[str] | None, "Name of that range, once services can use it; absent without private_services."
    ]

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        """Asked before the arguments have been checked, too: they may be anything."""
        roles = ["internal"] if given.get("private_services") is None else ["private-services-range"]
        for key, one in _items(given.get("subnetworks")):
            region = dict(_items(one)).get("region") or key
            roles += [f"subnetwork-{key}", f"nat-address-{region}-{given.get('nat_addresses') or 1}"]
        return _names.too_long(name, [*roles, *(f"rule-{key}" for key, _ in _items(given.get("firewall_rules")))])

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        network = gcp.compute.Network(
            self.child("network"),
            auto_create_subnetworks=False,
            mtu=args.mtu,
            routing_mode=args.routing_mode,
            opts=self.below(),
        )
        self.private_services_cidr = self.private_services_range = None
        self._network = network.id
        subnetworks = {key: self._make_subnetwork(key, one) for key, one in args.subnetworks.items()}
        nats = self._make_nats()
        firewall = self._make_firewall()
        if args.private_services is not None:
            self._connect(args.private_services)

        self.network_id, self.network_name, self.network_self_link = network.id, network.name, network.self_link
        self.mtu = network.mtu
        self.regions = [pulumi.Output.from_input(region) for region in args.regions()]
        self.cidrs = [subnetwork.ip_cidr_range for subnetwork in subnetworks.values()]
        self.subnetwork_ids_by_name = {
            key: _ready(subnetwork, nats.get(args.region_of(key)), firewall) for key, subnetwork in subnetworks.items()
        }
        self.subnetwork_ids = list(self.subnetwork_ids_by_name.values())
        self.subnetwork_ids_by_region = {}
        for key, subnetwork_id in self.subnetwork_ids_by_name.items():
            self.subnetwork_ids_by_region.setdefault(args.region_of(key), subnetwork_id)
        self.finish()

    def _make_subnetwork(self, key: str, one: Subnetwork) -> gcp.compute.Subnetwork:
        return gcp.compute.Subnetwork(
            self.child(f"subnetwork-{key}"),
            network=self._network,
            region=self._args.region_of(key),
            ip_cidr_range=one.cidr,
            # a TPU worker without a public address reaches nothing of Google's without it
            private_ip_google_access=one.private_google_access,
            secondary_ip_ranges=[
                gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=range_name, ip_cidr_range=cidr)
                for range_name, cidr in one.secondary_ranges.items()
            ]
            or None,
            log_config=log_config(self._args.flow_logs),
            opts=self.below(),
        )

    def _make_nats(self) -> dict[str, gcp.compute.RouterNat]:
        """Region -> its NAT."""
        self.nat_public_ips = []
        return {region: self._make_nat(region) for region in self._args.regions() if self._args.nat != "none"}

    def _make_nat(self, region: str) -> gcp.compute.RouterNat:
        args = self._args
        router = gcp.compute.Router(
            self.child(f"router-{region}"), network=self._network, region=region, opts=self.below()
        )
        reserved = [
            gcp.compute.Address(
                self.child(f"nat-address-{region}-{n}"), region=region, labels=self.cost_tags, opts=self.below()
            )
            for n in range(1, args.nat_addresses + 1)
        ]
        self.nat_public_ips += [address.address for address in reserved]
        return gcp.compute.RouterNat(
            self.child(f"nat-{region}"),
            router=router.name,
            region=region,
            nat_ip_allocate_option="MANUAL_ONLY" if reserved else "AUTO_ONLY",
            nat_ips=[address.self_link for address in reserved] or None,
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            min_ports_per_vm=args.nat_min_ports_per_machine,
            log_config=gcp.compute.RouterNatLogConfigArgs(
                enable=args.nat_logs != "none", filter=NAT_LOGS.get(args.nat_logs, "ERRORS_ONLY")
            ),
            opts=self.below(),
        )

    def _make_firewall(self) -> list[gcp.compute.Firewall]:
        args = self._args
        made = _firewall.rules(self, self._network, args.firewall_rules, args.firewall_logs)
        if args.internal_traffic or args.peer_cidrs:
            inside = [*(args.own_cidrs() if args.internal_traffic else []), *args.peer_cidrs]
            made.append(self._let_in("internal", inside, INTERNAL))
        if args.iap_ssh:
            made.append(self._let_in("iap-ssh", [_firewall.IAP_RANGE], {"tcp": [_firewall.SSH]}))
        return made

    def _connect(self, wanted: PrivateServices) -> None:
        connected = connect(self, self._network, wanted)
        self.private_services_cidr = connected.cidr
        # the connection's own input is known whenever the name is
        ready = pulumi.Output.all(connected.range.name, connected.connection.service)
        self.private_services_range = ready.apply(lambda known: str(known[0]))
        if wanted.lustre:
            self._let_in("lustre", [connected.cidr], {"tcp": list(_firewall.LUSTRE_PORTS)})

    def _let_in(
        self, role: str, sources: list[pulumi.Input[str]], ports: Mapping[str, list[str]]
    ) -> gcp.compute.Firewall:
        return _firewall.traffic(self, role, self._network, sources, ports, self._args.firewall_logs)


def _ready(
    subnetwork: gcp.compute.Subnetwork, nat: gcp.compute.RouterNat | None, firewall: list[gcp.compute.Firewall]
) -> pulumi.Output[str]:
    """The subnetwork's id for those who need its way out and its firewall too: machines start once they are there and
    go before they do. What is taken of them is what they were given, so that a new rule never makes the id unknown."""
    first = [*([nat.region] if nat else []), *(rule.direction for rule in firewall)]
    return pulumi.Output.all(subnetwork.id, *first).apply(lambda known: str(known[0]))


def _items(given: Any) -> list[tuple[str, Any]]:
    return list(given.items()) if isinstance(given, Mapping) else []
