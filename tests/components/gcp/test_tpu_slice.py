"""What a TPU slice is made of, plane by plane."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.gcp._tpu.compute_engine import _fitting
from components.gcp._tpu.environment import SCRIPT
from components.gcp.tpu_slice import TpuSlice, TpuSliceArgs, _in_a_zone
from tests.components.offline import Made, build, make
from ultrastack.engine.failure import ProgramFailed
from ultrastack.model.graph import SECRET, UNKNOWN

KEY = "projects/example-ml/locations/us-east5/keyRings/ml/cryptoKeys/disks"
V6E: dict[str, Any] = {"generation": "v6e", "topology": "4x4"}
SINGLE: dict[str, Any] = {"generation": "v6e", "topology": "2x4"}
CUBE: dict[str, Any] = {"generation": "tpu7x", "topology": "4x4x4"}
V5E: dict[str, Any] = {"accelerator_type": "v5litepod-16"}
GKE: dict[str, Any] = {"gke": {"cluster": "training"}}
SUBNETWORK = "projects/example-ml/regions/us-east5/subnetworks/tpu"
OWN = "workers@example-ml.iam.gserviceaccount.com"
TAGS = {"owner": "platform"}
APIS = ["https://www.googleapis.com/auth/cloud-platform"]


def scheduling(made: Made) -> Any:
    return made["template-0"].inputs["scheduling"]


# ---- TPU VM ---------------------------------------------------------------------------------------------------------


def test_a_tpu_vm() -> None:
    made = make(TpuSlice, "slice", **V5E, subnetwork=SUBNETWORK, tags=TAGS)
    assert made.roles == {"sa", "log-writer", "metric-writer", "slice-0"}
    assert made["slice-0"].type == "gcp:tpu/v2Vm:V2Vm"
    assert made["slice-0"].inputs == {
        "zone": "us-east5-b",
        "description": "TPU slice v5e 4x4",
        "acceleratorType": "v5litepod-16",
        "runtimeVersion": "v2-alpha-tpuv5-lite",
        "networkConfig": {"subnetwork": SUBNETWORK, "enableExternalIps": False},
        "serviceAccount": {"email": UNKNOWN, "scopes": APIS},
        "labels": {"owner": "platform"},
    }


def test_a_tpu_vm_with_all_that_it_can_have() -> None:
    made = make(
        TpuSlice,
        "slice",
        generation="v5p",
        topology="4x4x8_untwisted",
        plane="tpu-vm",
        purchase="spot",
        zone="us-east5-a",
        network="projects/example-ml/global/networks/tpu",
        subnetwork=SUBNETWORK,
        additional_networks=[{"network": "second", "subnetwork": "second-tpu"}],
        external_ips=True,
        can_ip_forward=True,
        network_tags=["tpu-worker"],
        runtime_version="v2-alpha-tpuv5",
        data_disks=[{"source": "projects/example-ml/zones/us-east5-a/disks/data"}],
        startup_script="#!/bin/bash\ntrue\n",
        service_account=OWN,
        scopes=["https://www.googleapis.com/auth/devstorage.read_only"],
        secure_boot=True,
        labels={"team": "llm"},
        physical_name="training",
        tags=TAGS,
    )
    interfaces = {"enableExternalIps": True, "canIpForward": True}
    assert made.roles == {"slice-0"}
    assert made["slice-0"].inputs == {
        "name": "training",
        "zone": "us-east5-a",
        "description": "TPU slice v5p 4x4x8_untwisted",
        "acceleratorConfig": {"type": "V5P", "topology": "4x4x8_untwisted"},
        "runtimeVersion": "v2-alpha-tpuv5",
        "networkConfigs": [
            {"network": "projects/example-ml/global/networks/tpu", "subnetwork": SUBNETWORK, **interfaces},
            {"network": "second", "subnetwork": "second-tpu", **interfaces},
        ],
        "schedulingConfig": {"spot": True},
        "serviceAccount": {"email": OWN, "scopes": ["https://www.googleapis.com/auth/devstorage.read_only"]},
        "shieldedInstanceConfig": {"enableSecureBoot": True},
        "dataDisks": [{"sourceDisk": "projects/example-ml/zones/us-east5-a/disks/data", "mode": "READ_ONLY"}],
        "metadata": {"startup-script": "#!/bin/bash\ntrue\n"},
        "labels": {"owner": "platform", "team": "llm"},
        "tags": ["tpu-worker"],
    }


@pytest.mark.parametrize("given", [V5E, {"generation": "v2", "topology": "2x2"}, {"accelerator_type": "v4-640"}])
def test_a_tpu_vm_always_says_its_size_or_the_provider_would_ask_for_a_v2_8(given: dict[str, Any]) -> None:
    inputs = make(TpuSlice, "slice", **given, plane="tpu-vm")["slice-0"].inputs
    assert ("acceleratorType" in inputs) is not ("acceleratorConfig" in inputs)


def test_a_reservation_without_a_name_is_any_that_matches() -> None:
    made = make(TpuSlice, "slice", **V6E, purchase="reservation")
    assert made["slice-0"].inputs["schedulingConfig"] == {"reserved": True}


def test_outputs_of_a_tpu_vm() -> None:
    made = make(TpuSlice, "slice", **V5E, external_ips=True, physical_name="training")
    absent = {"worker_hosts", "workload_policy", "comes_back"}
    assert set(made.outputs) == set(TpuSlice.declared_outputs()) - absent
    assert {name: made.outputs[name] for name in set(made.outputs) - {"reason"}} == {
        "plane": "tpu-vm",
        "quota_pool": "tpu-api",
        "labels_reach": True,
        "generation": "v5e",
        "topology": "4x4",
        "accelerator_type": "v5litepod-16",
        "machine_type": "ct5lp-hightpu-4t",
        "slices": 1,
        "hosts": 4,
        "chips": 16,
        "hbm_gib": 256,
        "names": ["training"],
        "ids": [UNKNOWN],
        "worker_ips": [UNKNOWN],
        "coordinator": UNKNOWN,
        "environment": [{"JAX_COORDINATOR_ADDRESS": UNKNOWN}],
        "commands": [
            "gcloud compute tpus tpu-vm ssh training --zone us-east5-b --project example-ml --worker 0",
        ],
        "service_account_email": UNKNOWN,
    }


def test_a_worker_without_a_public_address_is_reached_by_a_tunnel() -> None:
    assert make(TpuSlice, "slice", **V5E, physical_name="training").outputs["commands"] == [
        "gcloud alpha compute tpus tpu-vm ssh training --zone us-east5-b --project example-ml --worker 0 "
        "--tunnel-through-iap"
    ]


# ---- Compute Engine -------------------------------------------------------------------------------------------------


def test_a_slice_of_several_machines_is_one_group_on_one_torus() -> None:
    made = make(TpuSlice, "slice", **V6E, tags=TAGS)
    assert made.roles == {"sa", "log-writer", "metric-writer", "policy", "template-0", "slice-0"}
    assert made["policy"].inputs == {
        "region": "us-east5",
        "description": "TPU slices v6e 4x4",
        "workloadPolicy": {"type": "HIGH_THROUGHPUT", "acceleratorTopology": "4x4"},
    }
    assert made["slice-0"].inputs == {
        "zone": "us-east5-b",
        "description": "TPU slice v6e 4x4",
        "baseInstanceName": UNKNOWN,
        "targetSize": 4,
        "targetSizePolicies": [{"mode": "BULK"}],
        "versions": [{"instanceTemplate": UNKNOWN}],
        "resourcePolicies": {"workloadPolicy": UNKNOWN},
        "instanceLifecyclePolicy": {"defaultActionOnFailure": "DO_NOTHING"},
        "updatePolicy": {
            "type": "PROACTIVE",
            "minimalAction": "REFRESH",
            "mostDisruptiveAllowedAction": "REFRESH",
            "replacementMethod": "RECREATE",
            "maxSurgeFixed": 0,
            "maxUnavailableFixed": 4,
        },
    }


def test_the_template() -> None:
    assert make(TpuSlice, "slice", **V6E, tags=TAGS)["template-0"].inputs == {
        "description": "Workers of TPU slice 0",
        "instanceDescription": "Worker of TPU slice v6e 4x4",
        "machineType": "ct6e-standard-4t",
        "disks": [
            {
                "boot": True,
                "autoDelete": True,
                "sourceImage": "projects/ubuntu-os-accelerator-images/global/images/family/"
                "ubuntu-accel-2204-amd64-tpu-v5e-v5p-v6e",
                "diskType": "hyperdisk-balanced",
                "diskSizeGb": 200,
                "labels": TAGS,
            }
        ],
        "networkInterfaces": [{"network": "default", "nicType": "GVNIC"}],
        "scheduling": {"provisioningModel": "STANDARD", "onHostMaintenance": "TERMINATE"},
        "serviceAccount": {"email": UNKNOWN, "scopes": APIS},
        "shieldedInstanceConfig": {"enableSecureBoot": False},
        "labels": TAGS,
    }


def test_the_template_with_all_that_it_can_have() -> None:
    inputs: Any = make(
        TpuSlice,
        "slice",
        generation="v5p",
        topology="2x2x2",
        image="projects/example-ml/global/images/mine",
        boot_disk={
            "size_gib": 500,
            "type": "hyperdisk-ml",
            "kms_key": KEY,
        },
        data_disks=[{"source": "projects/example-ml/zones/us-east5-b/disks/data"}],
        subnetwork=SUBNETWORK,
        additional_networks=[{"network": "second", "subnetwork": "second-tpu"}],
        external_ips=True,
        can_ip_forward=True,
        network_tags=["tpu-worker"],
        startup_script="#!/bin/bash\ntrue\n",
        secure_boot=True,
        max_run_duration="12h",
        labels={"team": "llm"},
    )["template-0"].inputs
    boot, data = inputs["disks"]
    assert boot["sourceImage"] == "projects/example-ml/global/images/mine"
    assert (boot["diskType"], boot["diskSizeGb"]) == ("hyperdisk-ml", 500)
    assert boot["diskEncryptionKey"] == {"kmsKeySelfLink": KEY}
    assert boot["labels"] == inputs["labels"] == {"team": "llm"}
    assert data == {"source": "data", "mode": "READ_ONLY", "autoDelete": False, "boot": False}
    assert inputs["networkInterfaces"] == [
        {"subnetwork": SUBNETWORK, "nicType": "GVNIC", "accessConfigs": [{}]},
        {"network": "second", "subnetwork": "second-tpu", "nicType": "GVNIC", "accessConfigs": [{}]},
    ]
    assert inputs["scheduling"] == {
        "provisioningModel": "STANDARD",
        "onHostMaintenance": "TERMINATE",
        "instanceTerminationAction": "DELETE",
        "maxRunDuration": {"seconds": 43200},
    }
    assert (inputs["canIpForward"], inputs["tags"]) == (True, ["tpu-worker"])
    assert inputs["shieldedInstanceConfig"] == {"enableSecureBoot": True}
    assert inputs["metadata"] == {"startup-script": "#!/bin/bash\ntrue\n"}


@pytest.mark.parametrize(
    ("generation", "topology", "image", "disk"),
    [
        ("v5p", "2x2x2", "ubuntu-accel-2204-amd64-tpu-v5e-v5p-v6e", "pd-balanced"),
        ("tpu7x", "2x2x2", "ubuntu-accel-2404-amd64-tpu-tpu7x", "hyperdisk-balanced"),
    ],
)
def test_image_and_boot_disk_are_those_of_the_generation(generation: str, topology: str, image: str, disk: str) -> None:
    inputs: Any = make(TpuSlice, "slice", generation=generation, topology=topology)["template-0"].inputs
    assert inputs["disks"][0]["sourceImage"].rpartition("/")[2] == image
    assert inputs["disks"][0]["diskType"] == disk


def test_a_single_spot_machine_comes_back_since_its_group_repairs_it() -> None:
    made = make(TpuSlice, "slice", **SINGLE, purchase="spot")
    assert made.roles == {"sa", "log-writer", "metric-writer", "template-0", "slice-0"}
    group = made["slice-0"].inputs
    assert group["instanceLifecyclePolicy"] == {"defaultActionOnFailure": "REPAIR"}
    assert (group["targetSize"], "targetSizePolicies" in group, "resourcePolicies" in group) == (1, False, False)
    assert scheduling(made) == {
        "provisioningModel": "SPOT",
        "preemptible": True,
        "automaticRestart": False,
        "onHostMaintenance": "TERMINATE",
        "instanceTerminationAction": "STOP",
    }
    assert made.outputs["comes_back"] is True


def test_several_spot_machines_do_not_come_back_one_by_one() -> None:
    made = make(TpuSlice, "slice", **V6E, purchase="spot")
    assert made["slice-0"].inputs["instanceLifecyclePolicy"] == {"defaultActionOnFailure": "DO_NOTHING"}
    assert made.outputs["comes_back"] is False


@pytest.mark.parametrize("shape", [SINGLE, V6E], ids=["one", "several"])
def test_flex_start_waits_for_all_machines_and_runs_for_a_limited_time(shape: dict[str, Any]) -> None:
    made = make(TpuSlice, "slice", **shape, purchase="flex-start", max_run_duration="3d")
    assert made["slice-0"].inputs["targetSizePolicies"] == [{"mode": "BULK"}]
    assert made["slice-0"].inputs["instanceLifecyclePolicy"] == {"defaultActionOnFailure": "DO_NOTHING"}
    assert scheduling(made) == {
        "provisioningModel": "FLEX_START",
        "automaticRestart": False,
        "onHostMaintenance": "TERMINATE",
        "instanceTerminationAction": "DELETE",
        "maxRunDuration": {"seconds": 259200},
    }
    assert made["template-0"].inputs["reservationAffinity"] == {"type": "NO_RESERVATION"}


@pytest.mark.parametrize(
    ("reservation", "path"),
    [
        ({"name": "ours"}, "ours"),
        ({"name": "theirs", "project": "other"}, "projects/other/reservations/theirs"),
        ({"name": "ours", "block": "b"}, "ours/reservationBlocks/b"),
        (
            {"name": "theirs", "project": "other", "block": "b", "sub_block": "s"},
            "projects/other/reservations/theirs/reservationBlocks/b/reservationSubBlocks/s",
        ),
    ],
)
@pytest.mark.parametrize("purchase", ["reservation", "calendar"])
def test_machines_are_bound_to_their_reservation(reservation: dict[str, str], path: str, purchase: str) -> None:
    made = make(TpuSlice, "slice", **CUBE, purchase=purchase, reservation=reservation)
    assert made["template-0"].inputs["reservationAffinity"] == {
        "type": "SPECIFIC_RESERVATION",
        "specificReservation": {"key": "compute.googleapis.com/reservation-name", "values": [path]},
    }
    assert scheduling(made) == {
        "provisioningModel": "RESERVATION_BOUND",
        "onHostMaintenance": "TERMINATE",
        "instanceTerminationAction": "DELETE",
    }


def test_a_multislice_has_a_group_for_each_slice_and_one_coordinator() -> None:
    script = "#!/bin/bash\ntrue\n"
    made = make(TpuSlice, "slice", **V6E, slices=2, physical_name="pretrain", startup_script=script)
    host = "pretrain-0-1.us-east5-b.c.example-ml.internal"
    assert made.roles == {
        *("sa", "log-writer", "metric-writer", "policy"),
        *("template-0", "slice-0", "template-1", "slice-1"),
    }
    for n in (0, 1):
        group, template = made[f"slice-{n}"], made[f"template-{n}"]
        assert (group.inputs["name"], group.inputs["baseInstanceName"]) == (f"pretrain-{n}", f"pretrain-{n}-#")
        assert group.references["versions[0].instanceTemplate"] == (template.urn,)
        assert group.references["resourcePolicies.workloadPolicy"] == (made["policy"].urn,)
        told: Any = template.inputs["metadata"]
        assert (told["startup-script"], told["ultrastack-bootstrap"]) == (SCRIPT, "#!/bin/bash\ntrue\n")
        assert told["ultrastack-environment"].splitlines() == [
            f"JAX_COORDINATOR_ADDRESS={host}:8482",
            "MEGASCALE_NUM_SLICES=2",
            f"MEGASCALE_SLICE_ID={n}",
            f"MEGASCALE_COORDINATOR_ADDRESS={host}:8080",
        ]
    outputs = made.outputs
    assert outputs["coordinator"] == host
    assert outputs["environment"] == [
        {
            "JAX_COORDINATOR_ADDRESS": f"{host}:8482",
            "MEGASCALE_NUM_SLICES": "2",
            "MEGASCALE_SLICE_ID": str(n),
            "MEGASCALE_COORDINATOR_ADDRESS": f"{host}:8080",
        }
        for n in (0, 1)
    ]
    assert outputs["worker_hosts"] == [
        [f"pretrain-{n}-{worker}.us-east5-b.c.example-ml.internal" for worker in range(1, 5)] for n in (0, 1)
    ]
    assert (outputs["slices"], outputs["hosts"], outputs["chips"], outputs["hbm_gib"]) == (2, 8, 32, 1024)
    assert "worker_ips" not in outputs
    assert outputs["commands"] == [
        f"gcloud compute ssh pretrain-{n}-1 --zone us-east5-b --project example-ml --tunnel-through-iap" for n in (0, 1)
    ]


def test_workers_of_many_are_numbered_with_as_many_digits_as_it_takes() -> None:
    made = make(TpuSlice, "slice", **CUBE, physical_name="cube", external_ips=True)
    hosts: Any = made.outputs["worker_hosts"]
    assert made["slice-0"].inputs["baseInstanceName"] == "cube-0-##"
    assert [name.partition(".")[0] for name in hosts[0]] == [f"cube-0-{n:02}" for n in range(1, 17)]
    assert made.outputs["commands"] == ["gcloud compute ssh cube-0-01 --zone us-east5-b --project example-ml"]


def test_workers_of_a_single_slice_find_each_other_by_themselves() -> None:
    made = make(TpuSlice, "slice", **CUBE, physical_name="cube")
    assert made.outputs["environment"] == [{}]
    assert made.outputs["coordinator"] == "cube-0-01.us-east5-b.c.example-ml.internal"
    assert "metadata" not in made["template-0"].inputs


def test_workers_are_named_after_what_no_change_of_the_template_renames() -> None:
    own = make(TpuSlice, "slice", **V6E)
    assert own["slice-0"].references["baseInstanceName"] == (own["sa"].urn,)
    given = make(TpuSlice, "slice", **V6E, service_account=OWN)
    assert given["slice-0"].references["baseInstanceName"] == (given["policy"].urn,)


@pytest.mark.parametrize(("length", "made"), [(48, "x" * 40 + "-1a2b3c4"), (63, "x" * 40 + "-1a2b3c4")])
def test_a_long_name_keeps_the_part_that_makes_it_unique(length: int, made: str) -> None:
    assert _fitting("x" * (length - 8) + "-1a2b3c4") == made


def test_without_anything_to_be_named_after_workers_have_random_names_and_no_coordinator_is_known() -> None:
    made = make(TpuSlice, "slice", **SINGLE, slices=2, service_account=OWN)
    assert [made[f"slice-{n}"].inputs["baseInstanceName"] for n in (0, 1)] == ["v6e-0", "v6e-1"]
    assert {"coordinator", "worker_hosts"}.isdisjoint(made.outputs)
    assert made.outputs["environment"] == [{"MEGASCALE_NUM_SLICES": "2", "MEGASCALE_SLICE_ID": str(n)} for n in (0, 1)]
    assert made.outputs["commands"] == [UNKNOWN, UNKNOWN]


def test_the_region_of_a_policy_is_that_of_an_ai_zone_too() -> None:
    assert make(TpuSlice, "slice", **CUBE, zone="us-central1-ai1a")["policy"].inputs["region"] == "us-central1"


def test_workers_wait_until_they_may_do_what_they_have_to() -> None:
    buckets = {"checkpoints": {"bucket": "example-checkpoints", "access": "read-write"}}
    made = make(
        TpuSlice, "slice", **V6E, data_buckets=buckets, project_roles={"images": "roles/artifactregistry.reader"}
    )
    grants = {"log-writer", "metric-writer", "role-images", "bucket-checkpoints"}
    assert grants <= made.waits_for("slice-0")
    assert {role: made[role].inputs["role"] for role in grants} == {
        "log-writer": "roles/logging.logWriter",
        "metric-writer": "roles/monitoring.metricWriter",
        "role-images": "roles/artifactregistry.reader",
        "bucket-checkpoints": "roles/storage.objectUser",
    }
    assert made["bucket-checkpoints"].inputs["bucket"] == "example-checkpoints"
    assert {made[role].inputs["member"] for role in grants} == {UNKNOWN}


def test_an_account_of_ones_own_gets_no_more_than_is_asked_for() -> None:
    made = make(TpuSlice, "slice", **V6E, service_account=OWN, data_buckets={"data": {"bucket": "example-data"}})
    assert made.roles == {"policy", "template-0", "slice-0", "bucket-data"}
    assert made["bucket-data"].inputs == {
        "bucket": "example-data",
        "role": "roles/storage.objectViewer",
        "member": f"serviceAccount:{OWN}",
    }
    assert made.outputs["service_account_email"] == OWN


def test_an_up_waits_for_the_workers_if_wanted() -> None:
    assert "waitForInstances" not in make(TpuSlice, "slice", **V6E)["slice-0"].inputs
    assert make(TpuSlice, "slice", **V6E, wait_for_workers=True)["slice-0"].inputs["waitForInstances"] is True


# ---- GKE ------------------------------------------------------------------------------------------------------------


def test_a_node_pool_of_several_machines() -> None:
    made = make(TpuSlice, "slice", **V6E, **GKE, tags=TAGS)
    assert made.roles == {"sa", "node-access", "slice-0"}
    assert made["node-access"].inputs["role"] == "roles/container.defaultNodeServiceAccount"
    assert made["slice-0"].inputs == {
        "cluster": "training",
        "location": "us-east5-b",
        "nodeLocations": ["us-east5-b"],
        "nodeCount": 4,
        "management": {"autoRepair": True, "autoUpgrade": True},
        "placementPolicy": {"type": "COMPACT", "tpuTopology": "4x4"},
        "networkConfig": {"enablePrivateNodes": True},
        "nodeConfig": {
            "machineType": "ct6e-standard-4t",
            "diskType": "hyperdisk-balanced",
            "diskSizeGb": 200,
            "serviceAccount": UNKNOWN,
            "oauthScopes": APIS,
            "shieldedInstanceConfig": {"enableSecureBoot": False, "enableIntegrityMonitoring": True},
            "gvnic": {"enabled": True},
            "resourceLabels": TAGS,
        },
    }


def test_a_node_pool_of_one_machine_has_no_topology_which_the_api_refuses() -> None:
    assert "placementPolicy" not in make(TpuSlice, "slice", **SINGLE, **GKE)["slice-0"].inputs


def test_eight_chips_can_be_two_machines_on_gke() -> None:
    pool: Any = make(TpuSlice, "slice", **SINGLE, **GKE, chips_per_machine=4)["slice-0"].inputs
    assert (pool["nodeCount"], pool["nodeConfig"]["machineType"]) == (2, "ct6e-standard-4t")
    assert pool["placementPolicy"] == {"type": "COMPACT", "tpuTopology": "2x4"}


def test_tpu7x_takes_its_topology_from_a_policy_in_gke_too() -> None:
    made = make(TpuSlice, "slice", **CUBE, slices=2, **GKE)
    assert made["policy"].inputs["workloadPolicy"] == {"type": "HIGH_THROUGHPUT", "acceleratorTopology": "4x4x4"}
    for n in (0, 1):
        assert made[f"slice-{n}"].inputs["placementPolicy"] == {
            "type": "COMPACT",
            "tpuTopology": "4x4x4",
            "policyName": UNKNOWN,
        }
    assert "policy" not in make(TpuSlice, "slice", generation="tpu7x", topology="1x1x1", **GKE).roles


def test_a_node_pool_with_all_that_it_can_have() -> None:
    pool: Any = make(
        TpuSlice,
        "slice",
        **V6E,
        purchase="spot",
        zone="us-east5-a",
        gke={
            "cluster": "training",
            "location": "us-east5",
            "auto_repair": False,
            "auto_upgrade": False,
            "scale_to_zero": True,
            "node_labels": {"pool": "tpu"},
            "max_pods_per_node": 15,
            "accelerator_network_profile": "auto",
        },
        subnetwork=SUBNETWORK,
        additional_networks=[{"network": "second", "subnetwork": "second-tpu"}],
        external_ips=True,
        boot_disk={
            "size_gib": 500,
            "type": "hyperdisk-ml",
            "kms_key": KEY,
        },
        network_tags=["tpu-worker"],
        secure_boot=True,
        max_run_duration="1d",
        labels={"team": "llm"},
        physical_name="pool",
        service_account=OWN,
    )["slice-0"].inputs
    node = pool.pop("nodeConfig")
    assert pool == {
        "name": "pool-0",
        "cluster": "training",
        "location": "us-east5",
        "nodeLocations": ["us-east5-a"],
        "initialNodeCount": 0,
        "autoscaling": {"totalMinNodeCount": 0, "totalMaxNodeCount": 4, "locationPolicy": "ANY"},
        "management": {"autoRepair": False, "autoUpgrade": False},
        "maxPodsPerNode": 15,
        "placementPolicy": {"type": "COMPACT", "tpuTopology": "4x4"},
        "networkConfig": {
            "enablePrivateNodes": False,
            "subnetwork": SUBNETWORK,
            "acceleratorNetworkProfile": "auto",
            "additionalNodeNetworkConfigs": [{"network": "second", "subnetwork": "second-tpu"}],
        },
    }
    assert node == {
        "machineType": "ct6e-standard-4t",
        "diskType": "hyperdisk-ml",
        "diskSizeGb": 500,
        "bootDiskKmsKey": KEY,
        "spot": True,
        "maxRunDuration": "86400s",
        "serviceAccount": OWN,
        "oauthScopes": APIS,
        "shieldedInstanceConfig": {"enableSecureBoot": True, "enableIntegrityMonitoring": True},
        "gvnic": {"enabled": True},
        "labels": {"pool": "tpu"},
        "resourceLabels": {"team": "llm"},
        "tags": ["tpu-worker"],
    }


@pytest.mark.parametrize("queued", [False, True])
def test_a_flex_start_pool(queued: bool) -> None:
    gke = {"cluster": "training", "queued_provisioning": queued}
    pool: Any = make(TpuSlice, "slice", **V6E, purchase="flex-start", max_run_duration="7d", gke=gke)["slice-0"].inputs
    node = pool["nodeConfig"]
    assert (node["flexStart"], node["maxRunDuration"]) == (True, "604800s")
    assert node["reservationAffinity"] == {"consumeReservationType": "NO_RESERVATION"}
    assert pool["autoscaling"] == {"totalMinNodeCount": 0, "totalMaxNodeCount": 4, "locationPolicy": "ANY"}
    assert (pool["initialNodeCount"], "nodeCount" in pool) == (0, False)
    assert pool["management"]["autoRepair"] is False
    assert pool.get("queuedProvisioning") == ({"enabled": True} if queued else None)


def test_a_pool_from_a_reservation() -> None:
    node: Any = make(TpuSlice, "slice", **CUBE, purchase="calendar", reservation={"name": "ours", "block": "b"}, **GKE)[
        "slice-0"
    ].inputs["nodeConfig"]
    assert node["reservationAffinity"] == {
        "consumeReservationType": "SPECIFIC_RESERVATION",
        "key": "compute.googleapis.com/reservation-name",
        "values": ["ours/reservationBlocks/b"],
    }


def test_outputs_of_node_pools() -> None:
    outputs = make(TpuSlice, "slice", **V6E, **GKE, slices=2, physical_name="pool").outputs
    assert {"worker_ips", "worker_hosts", "coordinator"}.isdisjoint(outputs)
    assert (outputs["plane"], outputs["quota_pool"]) == ("gke", "compute")
    assert outputs["names"] == ["pool-0", "pool-1"]
    assert outputs["environment"] == [{"MEGASCALE_NUM_SLICES": "2", "MEGASCALE_SLICE_ID": str(n)} for n in (0, 1)]
    assert outputs["commands"] == [
        "gcloud container clusters get-credentials training --location us-east5-b --project example-ml"
    ]


# ---- queued resource ------------------------------------------------------------------------------------------------


def test_a_queued_resource_says_what_it_can_and_that_labels_do_not_reach_it() -> None:
    made = make(
        TpuSlice,
        "slice",
        **V5E,
        plane="queued-resource",
        physical_name="patient",
        network="tpu",
        external_ips=True,
        can_ip_forward=True,
        tags=TAGS,
    )
    assert made.roles == {"slice-0"}
    assert made["slice-0"].inputs == {
        "zone": "us-east5-b",
        "tpu": {
            "nodeSpecs": [
                {
                    "parent": "projects/example-ml/locations/us-east5-b",
                    "nodeId": "patient",
                    "node": {
                        "runtimeVersion": "v2-alpha-tpuv5-lite",
                        "acceleratorType": "v5litepod-16",
                        "description": "TPU slice v5e 4x4",
                        "networkConfig": {"network": "tpu", "enableExternalIps": True, "canIpForward": True},
                    },
                }
            ]
        },
    }
    assert (made.outputs["labels_reach"], made.outputs["names"]) == (False, ["patient"])
    assert "service_account_email" not in made.outputs


# ---- what all of them keep to ---------------------------------------------------------------------------------------

PLANES: list[dict[str, Any]] = [
    V5E,
    V6E,
    SINGLE,
    {**V6E, **GKE},
    {**V5E, "plane": "queued-resource", "physical_name": "patient"},
]


@pytest.mark.parametrize("given", PLANES, ids=["tpu-vm", "group", "machine", "gke", "queue"])
def test_a_slice_is_made_anew_if_its_incarnation_is_raised_and_gives_its_chips_back_first(
    given: dict[str, Any],
) -> None:
    first = make(TpuSlice, "slice", **given)["slice-0"]
    second = make(TpuSlice, "slice", **given, incarnation=2)["slice-0"]
    assert first.inputs == second.inputs
    assert (first.options.replacement_trigger["incarnation"], second.options.replacement_trigger["incarnation"]) == (
        1,
        2,
    )  # type: ignore[index,call-overload]
    assert first.options.delete_before_replace is True
    assert first.options.custom_timeouts == second.options.custom_timeouts != (None, None, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SINGLE, {**SINGLE, "topology": "2x2"}),
        (SINGLE, {**SINGLE, "purchase": "spot"}),
        (V6E, {**V6E, "topology": "4x8"}),
        ({**V6E, "max_run_duration": "1d"}, {**V6E, "max_run_duration": "2d"}),
        (
            {**V6E, "purchase": "reservation", "reservation": {"name": "a"}},
            {**V6E, "purchase": "reservation", "reservation": {"name": "b"}},
        ),
        ({**V6E, **GKE}, {**V6E, **GKE, "topology": "4x8"}),
    ],
)
def test_what_a_template_would_bring_to_new_machines_only_makes_the_slice_anew(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    one, other = (make(TpuSlice, "slice", **given)["slice-0"].options for given in (first, second))
    assert one.replacement_trigger != other.replacement_trigger


def test_running_workers_keep_what_they_have_unless_they_are_to_follow() -> None:
    assert make(TpuSlice, "slice", **V6E)["slice-0"].options.replace_on_changes == ()
    followed = make(TpuSlice, "slice", **V6E, update_workers=True)["slice-0"]
    assert followed.options.replace_on_changes == ("versions",)


@pytest.mark.parametrize("given", PLANES[:4], ids=["tpu-vm", "group", "machine", "gke"])
def test_cost_labels_are_on_all_that_is_billed(given: dict[str, Any]) -> None:
    made = make(TpuSlice, "slice", **given, tags=TAGS, labels={"team": "llm"})
    label = {"owner": "platform", "team": "llm"}
    billed = {
        "gcp:tpu/v2Vm:V2Vm": lambda inputs: [inputs["labels"]],
        "gcp:compute/instanceTemplate:InstanceTemplate": lambda inputs: [
            inputs["labels"],
            inputs["disks"][0]["labels"],
        ],
        "gcp:container/nodePool:NodePool": lambda inputs: [inputs["nodeConfig"]["resourceLabels"]],
    }
    found = [one for r in made.graph.resources if r.type in billed for one in billed[r.type](r.inputs)]  # type: ignore[no-untyped-call]
    assert found and all(one == label for one in found)


def test_an_absent_output_is_none_and_not_unknown() -> None:
    made = make(TpuSlice, "slice", accelerator_type="v4-640")
    assert {"topology", "worker_hosts"}.isdisjoint(made.outputs)
    assert made.outputs["accelerator_type"] == "v4-640"
    assert "accelerator_type" not in make(TpuSlice, "slice", **CUBE).outputs
    assert "machine_type" not in make(TpuSlice, "slice", accelerator_type="v2-8").outputs


def test_a_secret_in_the_users_script_keeps_its_mark() -> None:
    def program() -> None:
        import pulumi_gcp

        target = pulumi_gcp.Provider("target", project="example-ml", region="us-east5", zone="us-east5-b")
        args = TpuSliceArgs.model_validate({**V6E, "startup_script": pulumi.Output.secret("echo hunter2")})
        TpuSlice("slice", args, pulumi.ResourceOptions(provider=target))

    graph = build(program)
    template = next(r for r in graph.resources if r.name == "slice-template-0")
    assert template.inputs["metadata"]["startup-script"] == SECRET  # type: ignore[index,call-overload]
    assert "hunter2" not in str(graph)


def test_a_target_without_a_zone_is_told_so_as_soon_as_it_is_known() -> None:
    with pytest.raises(pulumi.RunError) as caught:
        _in_a_zone(None)
    assert str(caught.value) == "a TPU slice needs a zone, and its target has none; fix: add zone: us-east5-b"
    assert _in_a_zone("us-east5-b") == "us-east5-b"


def test_every_declared_role_is_used() -> None:
    access = {"data_buckets": {"a": {"bucket": "a"}}, "project_roles": {"a": "roles/viewer"}}
    used = make(TpuSlice, "slice", **V6E, **access).roles | make(TpuSlice, "slice", **V6E, **GKE).roles
    for role in TpuSlice.roles:
        assert any(child == role or child.startswith(role.strip("*")) for child in used), role


@pytest.mark.parametrize("zone", ["us-west1-c", "us-west1-ai1a"])
@pytest.mark.parametrize("location", [None, "us-west1", "us-west1-a"])
def test_what_lies_in_the_region_is_taken(zone: str, location: str | None) -> None:
    subnetwork = "projects/example-ml/regions/us-west1/subnetworks/tpu"
    gke = {"cluster": "training", "location": location}
    TpuSliceArgs.model_validate(
        {"generation": "v6e", "topology": "4x4", "zone": zone, "subnetwork": subnetwork, "gke": gke}
    )


def test_a_subnetwork_elsewhere_is_refused_in_the_zone_of_the_target_too() -> None:
    subnetwork = "projects/example-ml/regions/us-west1/subnetworks/tpu"
    with pytest.raises(ProgramFailed, match="training: its subnetwork must lie in us-east5, as the slices' zone"):
        make(TpuSlice, "training", generation="v6e", topology="4x4", subnetwork=subnetwork)


def test_a_cluster_may_be_a_path() -> None:
    path = "projects/example-ml/locations/us-east5/clusters/training"
    labels = {"team": "llm", "example.com/Pool": "A_1.x", "empty": ""}
    made = make(TpuSlice, "slice", **V6E, gke={"cluster": path, "location": "us-east5", "node_labels": labels})
    assert made["slice-0"].inputs["cluster"] == path
    assert made["slice-0"].inputs["nodeConfig"]["labels"] == labels
    assert made.outputs["commands"] == [
        "gcloud container clusters get-credentials training --location us-east5 --project example-ml"
    ]
