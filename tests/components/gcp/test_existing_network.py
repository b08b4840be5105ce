"""A VPC of somebody else stands in for ours, with facts instead of resources."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from components.gcp.existing_network import ExistingNetwork, ExistingNetworkArgs
from components.gcp.network import Network
from tests.components.arguments import complaints
from tests.components.offline import build, make

TPU = "projects/example-host/regions/us-east5/subnetworks/tpu"
SERVING = "projects/example-host/regions/europe-west4/subnetworks/serving"
NETWORK: dict[str, Any] = {
    "network_id": "projects/example-host/global/networks/shared",
    "subnetworks": {
        "tpu": {"id": TPU, "cidr": "10.20.0.0/20", "private_google_access": True, "nat": True},
        "serving": {"id": SERVING, "cidr": "10.21.0.0/20", "private_google_access": False, "nat": False},
    },
}


def test_it_can_stand_wherever_our_own_network_can() -> None:
    ours = {name: output.kind for name, output in Network.declared_outputs().items()}
    assert {name: output.kind for name, output in ExistingNetwork.declared_outputs().items()} == ours


def test_it_makes_nothing_and_all_is_known() -> None:
    made = make(ExistingNetwork, "net", **NETWORK)
    assert made.roles == set()
    assert made.outputs == {
        "network_id": "projects/example-host/global/networks/shared",
        "network_name": "shared",
        "network_self_link": "https://www.googleapis.com/compute/v1/projects/example-host/global/networks/shared",
        "regions": ["us-east5", "europe-west4"],
        "cidrs": ["10.20.0.0/20", "10.21.0.0/20"],
        "subnetwork_ids": [TPU, SERVING],
        "subnetwork_ids_by_name": {"tpu": TPU, "serving": SERVING},
        "subnetwork_ids_by_region": {"us-east5": TPU, "europe-west4": SERVING},
        "nat_public_ips": [],
    }


def test_the_facts_stay_in_the_graph_for_rules() -> None:
    said = make(ExistingNetwork, "net", **NETWORK, mtu=1460).component.inputs
    assert said["mtu"] == 1460
    assert said["subnetworks"]["serving"] == {**NETWORK["subnetworks"]["serving"], "secondary_ranges": {}}  # type: ignore[index,call-overload]


def test_what_is_declared_besides_is_handed_on() -> None:
    more = {
        "mtu": 8896,
        "nat_public_ips": ["192.0.2.1"],
        "private_services_cidr": "10.30.0.0/20",
        "private_services_range": "services",
    }
    assert more.items() <= make(ExistingNetwork, "net", **NETWORK, **more).outputs.items()


def test_self_links_are_ids_too() -> None:
    api = "https://www.googleapis.com/compute/v1/"
    given = {
        "network_id": api + NETWORK["network_id"],
        "subnetworks": {"tpu": {**NETWORK["subnetworks"]["tpu"], "id": api + TPU}},
    }
    outputs = make(ExistingNetwork, "net", **given).outputs
    assert (outputs["network_id"], outputs["subnetwork_ids"]) == (NETWORK["network_id"], [TPU])
    assert outputs["regions"] == ["us-east5"]


def test_an_id_may_come_from_another_stack_if_its_region_is_said() -> None:
    def program() -> None:
        other = gcp.compute.Subnetwork("other", network="shared", ip_cidr_range="10.20.0.0/20", region="us-east5")
        one = {"id": other.id, "cidr": "10.20.0.0/20", "private_google_access": True, "nat": True}
        more = {**one, "cidr": "10.21.0.0/20", "region": "europe-west4"}
        args = {**NETWORK, "subnetworks": {"us-east5": one, "tpu": more}}
        net = ExistingNetwork("net", ExistingNetworkArgs.model_validate(args))
        pulumi.export("regions", net.regions)

    assert build(program).outputs["regions"] == ["us-east5", "europe-west4"]


def subnetwork(**changes: Any) -> dict[str, Any]:
    return {"subnetworks": {**NETWORK["subnetworks"], "more": {**NETWORK["subnetworks"]["tpu"], **changes}}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {
            "subnetworks": {
                "tpu": {
                    "id": "projects/example-host/regions/us-east5-b/subnetworks/tpu",
                    "cidr": "10.40.0.0/20",
                    "private_google_access": True,
                    "nat": True,
                }
            }
        },
        "subnetworks.tpu: has an id in us-east5-b, which is no region; fix: write its region, like us-east5",
    ),
    (
        {
            "subnetworks": {
                "us-west1": {
                    "id": "projects/example-host/regions/us-east5/subnetworks/tpu",
                    "cidr": "10.40.0.0/20",
                    "private_google_access": True,
                    "nat": True,
                }
            }
        },
        "subnetworks: has one named us-west1 that lies in us-east5; fix: choose another name",
    ),
    (
        {
            "subnetworks": {
                "tpu": {
                    "id": "projects/example-other/regions/us-east5/subnetworks/tpu",
                    "cidr": "10.40.0.0/20",
                    "private_google_access": True,
                    "nat": True,
                }
            }
        },
        "subnetworks: has tpu in the project example-other, and the network is in example-host; fix: correct the ids",
    ),
    ({"nat_public_ips": ["34.1.2"]}, "nat_public_ips.0: must be an IPv4 address; fix: write it like 34.1.2.3"),
    (
        {"network_id": "shared"},
        "network_id: must be the id of a network; fix: write it like projects/example-ml/global/networks/shared",
    ),
    (
        {"network_id": "projects/example-host/regions/us-east5/subnetworks/tpu"},
        "network_id: must be the id of a network; fix: write it like projects/example-ml/global/networks/shared",
    ),
    ({"mtu": 500}, "mtu: Input should be greater than or equal to 1300"),
    ({"subnetworks": {}}, "subnetworks: Dictionary should have at least 1 item after validation, not 0"),
    (
        subnetwork(id="tpu", cidr="10.22.0.0/20"),
        "subnetworks.more.id: must be the id of a subnetwork; "
        "fix: write it like projects/example-ml/regions/us-east5/subnetworks/tpu",
    ),
    (subnetwork(cidr="10.22.0.0/20"), f"subnetworks: has {TPU} twice; fix: remove one"),
    (
        subnetwork(id=TPU + "-2", cidr="10.22.0.0/20", region="us-east4"),
        "subnetworks.more: says us-east4, and its id us-east5; fix: remove region",
    ),
    (
        subnetwork(id=TPU + "-2", cidr="10.22.0.0/20", region="us-east5-b"),
        "subnetworks.more.region: must be a region, and is a zone; fix: write its region, us-east5",
    ),
    (
        subnetwork(id=TPU + "-2", cidr="10.20.4.0/22"),
        "subnetworks: cannot have these ranges: subnetwork tpu (10.20.0.0/20) and "
        "subnetwork more (10.20.4.0/22) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (
        subnetwork(id=TPU + "-2", cidr="10.22.0.0/20", secondary_ranges={"pods": "10.21.0.0/24"}),
        "subnetworks: cannot have these ranges: subnetwork serving (10.21.0.0/20) and "
        "pods of more (10.21.0.0/24) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (
        {"private_services_cidr": "10.20.0.0/16"},
        "subnetworks: cannot have these ranges: private_services_cidr (10.20.0.0/16) and "
        "subnetwork tpu (10.20.0.0/20) overlap; "
        "fix: choose ranges apart from each other",
    ),
    (subnetwork(id=TPU + "-2", cidr=None), "subnetworks.more.cidr: Input should be a valid string"),
    (
        subnetwork(id=TPU + "-2", cidr="10.22.0.0/20", nat="yes"),
        "subnetworks.more.nat: Input should be a valid boolean",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(ExistingNetworkArgs, {**NETWORK, **given}) == [said]


def test_a_subnetwork_known_later_must_say_its_region() -> None:
    async def check() -> list[str]:
        one = {**NETWORK["subnetworks"]["tpu"], "id": pulumi.Output.from_input(TPU)}
        return complaints(ExistingNetworkArgs, {**NETWORK, "subnetworks": {"tpu": one}})

    import asyncio

    assert asyncio.run(check()) == [
        "subnetworks: must say where tpu is, whose id is known later; fix: add region: us-east5",
    ]
