"""A VPC gives TPU workers a place in a region, jumbo frames, a way out, and leave to meet."""

from __future__ import annotations

from typing import Any

import pulumi_gcp as gcp
import pytest

from components.gcp.network import Network, NetworkArgs
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

ONE: dict[str, Any] = {"subnetworks": {"us-east5": {"cidr": "10.20.0.0/20"}}}
TWO: dict[str, Any] = {
    "subnetworks": {
        "us-east5": {"cidr": "10.20.0.0/20", "secondary_ranges": {"pods": "10.64.0.0/14", "services": "10.68.0.0/20"}},
        "serving": {"region": "us-east5", "cidr": "10.20.16.0/22"},
        "europe-west4": {"cidr": "10.21.0.0/20"},
    }
}
SMALLEST = {"network", "subnetwork-us-east5", "router-us-east5", "nat-us-east5", "internal", "iap-ssh"}


def test_the_smallest_one_has_a_way_out_and_lets_its_workers_meet() -> None:
    made = make(Network, "net", **ONE)
    assert made.roles == SMALLEST
    assert made["network"].type == "gcp:compute/network:Network"
    assert made["network"].inputs == {"autoCreateSubnetworks": False, "mtu": 8896, "routingMode": "REGIONAL"}
    assert made["subnetwork-us-east5"].inputs == {
        "network": UNKNOWN,
        "region": "us-east5",
        "ipCidrRange": "10.20.0.0/20",
        "privateIpGoogleAccess": True,
        "logConfig": {
            "aggregationInterval": "INTERVAL_10_MIN",
            "flowSampling": 0.5,
            "metadata": "INCLUDE_ALL_METADATA",
        },
    }
    assert made["internal"].inputs == {
        "network": UNKNOWN,
        "direction": "INGRESS",
        "sourceRanges": ["10.20.0.0/20"],
        "allows": [{"protocol": "tcp"}, {"protocol": "udp"}, {"protocol": "icmp"}],
    }
    assert made["iap-ssh"].inputs["sourceRanges"] == ["35.235.240.0/20"]
    assert made["iap-ssh"].inputs["allows"] == [{"protocol": "tcp", "ports": ["22"]}]


def test_nothing_leads_in_or_out_where_nothing_is_wanted() -> None:
    made = make(Network, "net", **ONE, nat="none", internal_traffic=False, iap_ssh=False, flow_logs={"enabled": False})
    assert made.roles == {"network", "subnetwork-us-east5"}
    assert "logConfig" not in made["subnetwork-us-east5"].inputs
    assert made.outputs["nat_public_ips"] == []


def test_each_region_has_one_way_out_for_all_its_subnetworks() -> None:
    made = make(Network, "net", **TWO)
    assert {role for role in made.roles if role.startswith(("router-", "nat-"))} == {
        "router-us-east5",
        "router-europe-west4",
        "nat-us-east5",
        "nat-europe-west4",
    }
    nat = made["nat-us-east5"].inputs
    assert nat == {
        "region": "us-east5",
        "router": UNKNOWN,
        "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
        "logConfig": {"enable": True, "filter": "ERRORS_ONLY"},
    }
    assert made["subnetwork-serving"].inputs["region"] == "us-east5"


def test_outputs_by_name_and_by_region() -> None:
    made = make(Network, "net", **TWO)
    assert made.outputs["regions"] == ["us-east5", "europe-west4"]
    assert made.outputs["cidrs"] == ["10.20.0.0/20", "10.20.16.0/22", "10.21.0.0/20"]
    assert made.outputs["mtu"] == 8896
    assert set(made.outputs["subnetwork_ids_by_name"]) == {"us-east5", "serving", "europe-west4"}  # type: ignore[arg-type]
    assert set(made.outputs["subnetwork_ids_by_region"]) == {"us-east5", "europe-west4"}  # type: ignore[arg-type]
    assert made.outputs["network_id"] == made.outputs["network_name"] == made.outputs["network_self_link"] == UNKNOWN
    assert not {"private_services_cidr", "private_services_range"} & set(made.outputs)


def test_the_first_subnetwork_of_a_region_speaks_for_it() -> None:
    def program() -> None:
        net = Network("net", NetworkArgs.model_validate(TWO))
        gcp.compute.Address("vip", address_type="INTERNAL", subnetwork=net.subnetwork_ids_by_region["us-east5"])

    graph = build(program)
    vip = next(r for r in graph.resources if r.name == "vip")
    assert "net-subnetwork-us-east5" in {graph.by_urn[urn].name for urn in vip.property_dependencies["subnetwork"]}
    assert "net-subnetwork-serving" not in {graph.by_urn[urn].name for urn in vip.property_dependencies["subnetwork"]}


def test_who_uses_a_subnetwork_waits_for_its_way_out_and_its_firewall() -> None:
    def program() -> None:
        rule = {"ports": ["443"], "cidrs": ["0.0.0.0/0"]}
        net = Network("net", NetworkArgs.model_validate({**TWO, "firewall_rules": {"web": rule}}))
        gcp.compute.Address("vip", address_type="INTERNAL", subnetwork=net.subnetwork_ids_by_name["europe-west4"])

    graph = build(program)
    vip = next(r for r in graph.resources if r.name == "vip")
    assert {graph.by_urn[urn].name for urn in vip.property_dependencies["subnetwork"]} == {
        "net-subnetwork-europe-west4",
        "net-nat-europe-west4",
        "net-internal",
        "net-iap-ssh",
        "net-rule-web",
    }


def test_a_subnetwork_more_changes_no_child_that_is_there_but_the_rule_for_all() -> None:
    before, after = (
        make(Network, "net", **ONE),
        make(Network, "net", subnetworks={**TWO["subnetworks"], **ONE["subnetworks"]}),
    )
    assert before.roles < after.roles
    for role in before.roles - {"internal"}:
        assert before[role].inputs == after[role].inputs


def test_secondary_ranges_are_the_networks_own_too() -> None:
    made = make(Network, "net", **TWO)
    assert made["subnetwork-us-east5"].inputs["secondaryIpRanges"] == [
        {"rangeName": "pods", "ipCidrRange": "10.64.0.0/14"},
        {"rangeName": "services", "ipCidrRange": "10.68.0.0/20"},
    ]
    assert made["internal"].inputs["sourceRanges"] == [
        "10.20.0.0/20",
        "10.64.0.0/14",
        "10.68.0.0/20",
        "10.20.16.0/22",
        "10.21.0.0/20",
    ]


@pytest.mark.parametrize(
    ("given", "sources"),
    [
        ({"peer_cidrs": ["10.99.0.0/16"]}, ["10.20.0.0/20", "10.99.0.0/16"]),
        ({"peer_cidrs": ["10.99.0.0/16"], "internal_traffic": False}, ["10.99.0.0/16"]),
    ],
)
def test_peers_are_let_in_like_our_own(given: dict[str, Any], sources: list[str]) -> None:
    assert make(Network, "net", **ONE, **given)["internal"].inputs["sourceRanges"] == sources


def test_addresses_of_nat_can_be_reserved_and_carry_the_cost_tags() -> None:
    made = make(Network, "net", **ONE, nat_addresses=2, tags={"owner": "platform"})
    assert {"nat-address-us-east5-1", "nat-address-us-east5-2"} < made.roles
    assert made["nat-address-us-east5-1"].inputs == {"region": "us-east5", "labels": {"owner": "platform"}}
    nat = made["nat-us-east5"]
    assert (nat.inputs["natIpAllocateOption"], nat.inputs["natIps"]) == ("MANUAL_ONLY", [UNKNOWN, UNKNOWN])
    assert made.waits_for("nat-us-east5") == {"router-us-east5", "nat-address-us-east5-1", "nat-address-us-east5-2"}
    assert made.outputs["nat_public_ips"] == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("logs", "config"),
    [
        ("none", {"enable": False, "filter": "ERRORS_ONLY"}),
        ("translations", {"enable": True, "filter": "TRANSLATIONS_ONLY"}),
        ("all", {"enable": True, "filter": "ALL"}),
    ],
)
def test_what_nat_writes_down_and_how_many_ports_it_gives(logs: str, config: dict[str, Any]) -> None:
    nat = make(Network, "net", **ONE, nat_logs=logs, nat_min_ports_per_machine=1024)["nat-us-east5"].inputs
    assert (nat["logConfig"], nat["minPortsPerVm"]) == (config, 1024)


def test_flow_logs_as_wanted() -> None:
    logs = {"aggregation_seconds": 30, "sampling": 0.1, "metadata": False, "filter": "src_port == 8471"}
    made = make(Network, "net", **ONE, flow_logs=logs)
    assert made["subnetwork-us-east5"].inputs["logConfig"] == {
        "aggregationInterval": "INTERVAL_30_SEC",
        "flowSampling": 0.1,
        "metadata": "EXCLUDE_ALL_METADATA",
        "filterExpr": "src_port == 8471",
    }


# ---- firewall -------------------------------------------------------------------------------------------------------


def test_rules_of_ones_own() -> None:
    web = {"ports": ["443", "8000-8010"], "cidrs": ["0.0.0.0/0"], "target_tags": ["serving"], "priority": 900}
    out = {"direction": "egress", "action": "deny", "protocol": "all", "cidrs": ["0.0.0.0/0"], "priority": 65000}
    probe = {"source_tags": ["monitor"], "ports": ["9100"]}
    made = make(Network, "net", **ONE, firewall_rules={"web": web, "out": out, "probe": probe}, firewall_logs=True)
    log = {"metadata": "INCLUDE_ALL_METADATA"}
    assert made["rule-web"].inputs == {
        "network": UNKNOWN,
        "direction": "INGRESS",
        "allows": [{"protocol": "tcp", "ports": ["443", "8000-8010"]}],
        "sourceRanges": ["0.0.0.0/0"],
        "targetTags": ["serving"],
        "priority": 900,
        "logConfig": log,
    }
    assert made["rule-out"].inputs == {
        "network": UNKNOWN,
        "direction": "EGRESS",
        "denies": [{"protocol": "all"}],
        "destinationRanges": ["0.0.0.0/0"],
        "priority": 65000,
        "logConfig": log,
    }
    assert made["rule-probe"].inputs["sourceTags"] == ["monitor"]
    assert "sourceRanges" not in made["rule-probe"].inputs
    assert made["internal"].inputs["logConfig"] == log


def test_a_rule_may_be_for_a_service_account() -> None:
    rule = {
        "ports": ["8080"],
        "cidrs": ["10.0.0.0/8"],
        "target_service_accounts": ["tpu@example-ml.iam.gserviceaccount.com"],
    }
    made = make(Network, "net", **ONE, firewall_rules={"coordinator": rule})
    assert made["rule-coordinator"].inputs["targetServiceAccounts"] == rule["target_service_accounts"]


# ---- private services -----------------------------------------------------------------------------------------------


def test_room_for_managed_lustre_and_its_way_to_clients() -> None:
    made = make(Network, "net", **ONE, private_services={"cidr": "10.30.0.0/20"}, tags={"owner": "platform"})
    assert made.roles == SMALLEST | {"private-services-range", "private-services-connection", "lustre"}
    assert made["private-services-range"].inputs == {
        "purpose": "VPC_PEERING",
        "addressType": "INTERNAL",
        "network": UNKNOWN,
        "address": "10.30.0.0",
        "prefixLength": 20,
        "labels": {"owner": "platform"},
    }
    assert made["private-services-connection"].inputs == {
        "network": UNKNOWN,
        "service": "servicenetworking.googleapis.com",
        "reservedPeeringRanges": [UNKNOWN],
    }
    assert made["lustre"].inputs["sourceRanges"] == ["10.30.0.0/20"]
    assert made["lustre"].inputs["allows"] == [{"protocol": "tcp", "ports": ["988", "6988"]}]
    assert (made.outputs["private_services_cidr"], made.outputs["private_services_range"]) == ("10.30.0.0/20", UNKNOWN)


def test_google_may_choose_the_range_and_lustre_may_be_kept_out() -> None:
    made = make(Network, "net", **ONE, private_services={"prefix_length": 16, "lustre": False})
    assert "lustre" not in made.roles
    assert made["private-services-range"].inputs["prefixLength"] == 16
    assert "address" not in made["private-services-range"].inputs
    assert make(Network, "net", **ONE, private_services={})["private-services-range"].inputs["prefixLength"] == 20


def test_who_uses_the_range_waits_for_the_connection() -> None:
    def program() -> None:
        net = Network("net", NetworkArgs.model_validate({**ONE, "private_services": {}}))
        gcp.storage.BucketObject("note", bucket="example", name="note", content=net.private_services_range)

    graph = build(program)
    note = next(r for r in graph.resources if r.name == "note")
    assert {graph.by_urn[urn].name for urn in note.property_dependencies["content"]} == {
        "net-private-services-range",
        "net-private-services-connection",
    }


# ---- refusals -------------------------------------------------------------------------------------------------------

REGION = "must be a region; fix: write it like us-east5"
NAME = (
    "a subnetwork's name has lower-case letters, digits and single hyphens, and begins with a letter; "
    "fix: name it like its region, us-east5"
)


def subnetwork(name: str = "us-east5", **given: Any) -> dict[str, Any]:
    return {"subnetworks": {name: {"cidr": "10.20.0.0/20", **given}}}


def rule(**given: Any) -> dict[str, Any]:
    return {"firewall_rules": {"web": {"cidrs": ["0.0.0.0/0"], **given}}}


NO_NETWORK = "which no network can; fix: write it like 10.20.0.0/20"
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"subnetworks": {"us-east5": {"cidr": "0.0.0.0/0"}}},
        f"subnetworks.us-east5.cidr: cannot have addresses of 0.0.0.0/8, {NO_NETWORK}",
    ),
    (
        {"subnetworks": {"us-east5": {"cidr": "127.1.0.0/16"}}},
        f"subnetworks.us-east5.cidr: cannot have addresses of 127.0.0.0/8, {NO_NETWORK}",
    ),
    (
        {"subnetworks": {"us-east5": {"cidr": "169.254.0.0/24"}}},
        f"subnetworks.us-east5.cidr: cannot have addresses of 169.254.0.0/16, {NO_NETWORK}",
    ),
    (
        {"subnetworks": {"us-east5": {"cidr": "239.0.0.0/20"}}},
        f"subnetworks.us-east5.cidr: cannot have addresses of 224.0.0.0/4, {NO_NETWORK}",
    ),
    (
        {"subnetworks": {"us-east5-b": {"cidr": "10.20.0.0/20"}}},
        "subnetworks: has one named us-east5-b, which is a zone; fix: name it us-east5, or add region: us-east5",
    ),
    (
        {"nat": "none", "nat_logs": "all"},
        "nat_logs: cannot go with nat: none; fix: remove it, or write nat: per-region",
    ),
    ({"subnetworks": {}}, "subnetworks: Dictionary should have at least 1 item after validation, not 0"),
    (subnetwork("Training"), f"subnetworks.Training.[key]: {NAME}"),
    (
        subnetwork("training"),
        "subnetworks: must say where training is, which is no region's name; fix: add region: us-east5",
    ),
    (
        subnetwork("us-east5", region="europe-west4"),
        "subnetworks: has one named us-east5 that lies in europe-west4; fix: choose another name",
    ),
    (
        subnetwork("tpu", region="us-east5-b"),
        "subnetworks.tpu.region: must be a region, and is a zone; fix: write its region, us-east5",
    ),
    (
        subnetwork("tpu", region="us-central1-ai1a"),
        "subnetworks.tpu.region: must be a region, and is a zone; fix: write its region, us-central1",
    ),
    (subnetwork("tpu", region="Ohio"), f"subnetworks.tpu.region: {REGION}"),
    (
        subnetwork(cidr="10.20.0.0/30"),
        "subnetworks.us-east5.cidr: must have at least the 8 addresses of a /29; fix: write 10.20.0.0/29",
    ),
    (
        subnetwork(cidr="10.20.0.1/20"),
        "subnetworks.us-east5.cidr: the address has bits set to the right of its prefix length; "
        "fix: use '10.20.0.0/20'",
    ),
    (
        subnetwork(secondary_ranges={"Pods": "10.64.0.0/14"}),
        "subnetworks.us-east5.secondary_ranges.Pods.[key]: a range's name has at most 63 lower-case letters, digits "
        "and hyphens, and begins with a letter; fix: write it like pods",
    ),
    (
        subnetwork(secondary_ranges={"pods": "10.20.8.0/22"}),
        "subnetworks: cannot have these ranges: subnetwork us-east5 (10.20.0.0/20) and "
        "pods of us-east5 (10.20.8.0/22) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (
        {"private_services": {"cidr": "10.20.0.0/16"}},
        "subnetworks: cannot have these ranges: private_services (10.20.0.0/16) and "
        "subnetwork us-east5 (10.20.0.0/20) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (
        {"private_services": {"cidr": "10.30.0.0/16", "prefix_length": 16}},
        "private_services: has a cidr, which says its prefix_length already; fix: remove prefix_length",
    ),
    ({"mtu": 9001}, "mtu: Input should be less than or equal to 8896"),
    ({"mtu": 1280}, "mtu: Input should be greater than or equal to 1300"),
    ({"nat": "single"}, "nat: Input should be 'none' or 'per-region'"),
    (
        {"nat": "none", "nat_addresses": 1},
        "nat_addresses: cannot go with nat: none; fix: remove it, or write nat: per-region",
    ),
    (
        {"nat": "none", "nat_min_ports_per_machine": 64},
        "nat_min_ports_per_machine: cannot go with nat: none; fix: remove it, or write nat: per-region",
    ),
    ({"flow_logs": {"sampling": 50}}, "flow_logs.sampling: Input should be less than or equal to 1"),
    (
        {"flow_logs": {"aggregation_seconds": 120}},
        "flow_logs.aggregation_seconds: Input should be 5, 30, 60, 300, 600 or 900",
    ),
    (
        rule(protocol="icmp", ports=["22"]),
        "firewall_rules.web: has ports, and icmp has none; fix: remove ports, or write protocol: tcp",
    ),
    *[
        (
            rule(ports=[port]),
            "firewall_rules.web.ports.0: must be a port or a range of ports; fix: write it like 22, or 8000-8010",
        )
        for port in ("ssh", "70000", "8010-8000")
    ],
    (
        rule(direction="egress", source_tags=["web"]),
        "firewall_rules.web: has source_tags, which no rule for egress takes; fix: use target_tags",
    ),
    (rule(cidrs=[]), "firewall_rules.web: says no other end; fix: add cidrs, as [0.0.0.0/0] for anywhere"),
    (
        rule(target_tags=["web"], target_service_accounts=["a@b.iam.gserviceaccount.com"]),
        "firewall_rules.web: has tags and service accounts, which exclude each other; fix: remove one of them",
    ),
    (
        rule(target_tags=["Web"]),
        "firewall_rules.web.target_tags.0: a network tag has lower-case letters, digits and hyphens, at most 63; "
        "fix: write it like tpu-workers",
    ),
    (rule(priority=70000), "firewall_rules.web.priority: Input should be less than or equal to 65535"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(NetworkArgs, {**ONE, **given}) == [said]


@pytest.mark.parametrize(
    "region", ["us-central1", "northamerica-northeast2", "me-central2", "africa-south1", "u-germany-northeast1"]
)
def test_regions_there_are_and_may_be(region: str) -> None:
    assert complaints(NetworkArgs, {"subnetworks": {region: {"cidr": "10.20.0.0/20"}}}) == []


# ---- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "role", "most"),
    [
        (ONE, "nat-address-us-east5-1", 32),
        ({"subnetworks": {"northamerica-northeast1": {}}}, "nat-address-northamerica-northeast1-1", 17),
        ({**ONE, "private_services": {}}, "private-services-range", 32),
        (
            {**ONE, "firewall_rules": {"from-the-machines-of-the-office": {}}},
            "rule-from-the-machines-of-the-office",
            18,
        ),
    ],
)
def test_a_name_must_leave_room_for_those_of_all_children(given: dict[str, Any], role: str, most: int) -> None:
    assert Network.too_long("x" * most, given) == ""
    assert Network.too_long("x" * (most + 1), given) == (
        f"is too long for its {role}, whose name in the cloud has at most 63 characters; "
        f"fix: use at most {most} characters"
    )


def test_a_name_of_the_users_may_leave_no_room_at_all() -> None:
    given: dict[str, Any] = {"firewall_rules": {"x" * 55: {}}}
    assert Network.too_long("net", given) == (
        f"is too long for its rule-{'x' * 55}, whose name in the cloud has at most 63 characters; "
        "fix: shorten what the role is named after"
    )


@pytest.mark.parametrize("junk", [None, 7, "x", [1], {"us-east5": 3}, {3: {"region": 4}}])
def test_arguments_that_nobody_has_checked_yet_do_no_harm(junk: Any) -> None:
    given = {"subnetworks": junk, "firewall_rules": junk, "private_services": junk, "nat_addresses": junk}
    assert Network.too_long("net", given) == ""
