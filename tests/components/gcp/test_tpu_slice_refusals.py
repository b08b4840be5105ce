"""What a user is told who asks for a slice that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from components.gcp._tpu.environment import METADATA_MAX_BYTES
from components.gcp.tpu_slice import TpuSlice, TpuSliceArgs
from tests.components.arguments import complaints
from ultrastack.model.later import Later

KEY = "projects/example-ml/locations/us-east5/keyRings/ml/cryptoKeys/disks"
V6E: dict[str, Any] = {"generation": "v6e", "topology": "4x4"}
V5E: dict[str, Any] = {"generation": "v5e", "topology": "4x4"}
CUBE: dict[str, Any] = {"generation": "tpu7x", "topology": "4x4x4"}
V4: dict[str, Any] = {"generation": "v4", "topology": "4x4x4"}
CALENDAR: dict[str, Any] = {"purchase": "calendar", "reservation": {"name": "ours"}}
GKE: dict[str, Any] = {"gke": {"cluster": "training"}}
DISK = {"source": "projects/example-ml/zones/us-east5-b/disks/data"}
NO_SIDES = "topology: must be the sides of the slice in chips; fix: write it like "
NO_GENERATION = "generation: cannot be found in the catalogue; fix: "
QUEUED: dict[str, Any] = {**V6E, "plane": "queued-resource", "physical_name": "patient"}

BUCKET: dict[str, Any] = {"bucket": "example-ml-data"}
SUBNETWORK = "projects/example-ml/regions/us-west1/subnetworks/tpu"

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    # ---- spelling
    ({"generation": "v6e", "topology": "08x08"}, [f"{NO_SIDES}8x8"]),
    ({"generation": "v6e", "topology": "8X8"}, [f"{NO_SIDES}8x8"]),
    ({"generation": "v5p", "topology": "4 x 4 x 16"}, [f"{NO_SIDES}4x4x16"]),
    ({"generation": "v6e", "topology": "0x8"}, [f"{NO_SIDES}4x4"]),
    ({"generation": "TPU v7x", "topology": "4x4x4"}, [f"{NO_GENERATION}use 'tpu7x'"]),
    ({"generation": "", "topology": "4x4"}, [f"{NO_GENERATION}use one of v2, v3, v4, v5e, v5p, v6e, tpu7x"]),
    ({"generation": "v7", "topology": "4x4"}, [f"{NO_GENERATION}use one of v2, v3, v4, v5e, v5p, v6e, tpu7x"]),
    (
        {"accelerator_type": "V5P-256"},
        ["accelerator_type: must be in lower case, without spaces; fix: use 'v5p-256'"],
    ),
    # ---- the same twice, and what is no such thing
    (
        {**V6E, "project_roles": {"a": "roles/viewer", "b": "roles/viewer"}},
        ["project_roles: has the same one as a and as b; fix: remove one of them"],
    ),
    (
        {**V6E, "data_buckets": {"a": BUCKET, "b": BUCKET}},
        ["data_buckets: has the same one as a and as b; fix: remove one of them"],
    ),
    (
        {**V6E, "data_buckets": {"a": {"bucket": "gs://example-ml-data"}}},
        ["data_buckets.a.bucket: must be a bucket's name, without gs://; fix: write it like example-ml-data"],
    ),
    (
        {**V6E, "boot_disk": {"kms_key": "disks"}},
        ["boot_disk.kms_key: must be a key's name; fix: write it like " + KEY],
    ),
    ({**V6E, "subnetwork": ""}, ["subnetwork: String should have at least 1 character"]),
    (
        {**V6E, "labels": {"goog-team": "x"}},
        ["labels: cannot have goog-team: labels that start with goog- are Google's; fix: rename it"],
    ),
    (
        {**V6E, "gke": {"cluster": "c", "node_labels": {"team": "ML Research"}}},
        [
            "gke.node_labels.team: must be a label's value in Kubernetes, at most 63 of A-Z, a-z, 0-9, _, . and -; "
            "fix: write it like ml-research"
        ],
    ),
    (
        {**V6E, "gke": {"cluster": "c", "node_labels": {"a b": "x"}}},
        [
            "gke.node_labels.a b.[key]: must be the key of a label in Kubernetes; "
            "fix: write it like team, or example.com/team"
        ],
    ),
    # ---- another place than the slices'
    (
        {**V6E, "zone": "us-east5-b", "subnetwork": SUBNETWORK},
        ["subnetwork: must lie in us-east5, as the slices' zone us-east5-b does; fix: use a subnetwork of us-east5"],
    ),
    (
        {**V6E, "zone": "us-south1-ai1b", "additional_networks": [{"network": "n", "subnetwork": SUBNETWORK}]},
        [
            "additional_networks: must lie in us-south1, as the slices' zone us-south1-ai1b does, and the subnetwork "
            "of number 0 does not; fix: use a subnetwork of us-south1"
        ],
    ),
    (
        {**V6E, "zone": "us-east5-a", "data_disks": [DISK]},
        ["data_disks: must lie in us-east5-a, as the slices do, and number 0 does not; fix: use a disk of us-east5-a"],
    ),
    (
        {**V6E, "zone": "us-east5-a", "gke": {"cluster": "c", "location": "us-west1-a"}},
        [
            "gke: must be a cluster in us-east5, as the slices' zone us-east5-a is, not in us-west1-a; "
            "fix: use a zone of the cluster's region"
        ],
    ),
    # ---- which slice
    ({}, ["does not say which slice; fix: add generation: v6e and topology: 4x4, or accelerator_type"]),
    ({"slices": 2}, ["does not say which slice; fix: add generation: v6e and topology: 4x4, or accelerator_type"]),
    ({"generation": "v6e"}, ["topology: Field required"]),
    ({"topology": "4x4"}, ["generation: Field required"]),
    (
        {**V6E, "accelerator_type": "v6e-16"},
        [
            "accelerator_type: cannot go with generation and topology, which say the same; "
            "fix: remove it, or both of them"
        ],
    ),
    ({**V6E, "slices": 0}, ["slices: Input should be greater than or equal to 1"]),
    ({**V6E, "incarnation": 0}, ["incarnation: Input should be greater than or equal to 1"]),
    (
        {**V6E, "chips_per_machine": 8},
        ["chips_per_machine: must be 4 for v6e 4x4, whose machines have as many; fix: remove it"],
    ),
    (
        {"generation": "v6e", "topology": "2x4", "chips_per_machine": 4},
        [
            "asks for what no plane without a cluster can make: compute-engine cannot choose chips_per_machine; tpu-vm "
            "cannot choose chips_per_machine; fix: write gke: {cluster: ...}"
        ],
    ),
    # ---- generation, purchase and plane
    (
        {**CUBE, "plane": "tpu-vm"},
        [
            "plane: cannot make on-demand slices of tpu7x: the TPU API ends at v6e; "
            "fix: write plane: compute-engine or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**V5E, "plane": "compute-engine"},
        [
            "plane: cannot make on-demand slices of v5e: an instance is refused though a template is "
            "taken; fix: write plane: tpu-vm or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**QUEUED, "purchase": "spot"},
        [
            "plane: cannot make spot slices of v6e: the Pulumi resource has no spot; "
            "fix: write plane: compute-engine, plane: tpu-vm or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**V4, "purchase": "flex-start", "max_run_duration": "1d"},
        [
            "purchase: cannot be flex-start for v4 4x4x4: compute-engine cannot make flex-start slices of v4: no "
            "instance of it; tpu-vm cannot make flex-start slices of v4: not sold for this generation; "
            "fix: write purchase: on-demand, spot or reservation"
        ],
    ),
    (
        {**V4, "purchase": "flex-start", "max_run_duration": "1d", "plane": "tpu-vm"},
        [
            "plane: cannot make flex-start slices of v4: not sold for this generation; "
            "fix: write purchase: on-demand, spot or reservation"
        ],
    ),
    (
        {"generation": "v2", "topology": "2x2", **GKE},
        ["gke: cannot make on-demand slices of v2: no machine type of it; fix: write plane: tpu-vm without gke"],
    ),
    (
        {**V5E, "purchase": "flex-start", "max_run_duration": "7d"},
        [
            "asks for what no plane without a cluster can make: compute-engine cannot make flex-start slices of v5e: "
            "an "
            "instance is refused though a template is taken; tpu-vm cannot make flex-start slices of v5e: only in the "
            "v2alpha1 API, which the Pulumi resource does not use; fix: write gke: {cluster: ...}"
        ],
    ),
    ({**V6E, "plane": "gke"}, ["gke: Field required"]),
    (
        {**V6E, **GKE, "plane": "tpu-vm"},
        ["gke: cannot be had on tpu-vm; fix: remove it, or write plane: gke"],
    ),
    # ---- Multislice
    (
        {**V6E, "plane": "tpu-vm", "slices": 2},
        [
            "slices: cannot be joined to a Multislice on tpu-vm; "
            "fix: write slices: 1, or write plane: compute-engine or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**V5E, "slices": 2},
        [
            "asks for what no plane without a cluster can make: compute-engine cannot make on-demand slices of v5e: an "
            "instance is refused though a template is taken; tpu-vm cannot join slices to a Multislice; "
            "fix: write gke: {cluster: ...}"
        ],
    ),
    (
        {**V5E, "slices": 2, "data_disks": [DISK]},
        [
            "asks for what no plane can make at once: compute-engine cannot make on-demand slices of v5e: an instance "
            "is refused though a template is taken; tpu-vm cannot join slices to a Multislice; gke cannot have "
            "data_disks; fix: write slices: 1, and write plane: tpu-vm"
        ],
    ),
    # ---- what a plane's resource cannot say
    (
        {
            **V6E,
            "plane": "tpu-vm",
            "boot_disk": {"kms_key": KEY},
        },
        [
            "boot_disk: cannot be had on tpu-vm; "
            "fix: remove it, or write plane: compute-engine or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**QUEUED, "labels": {"team": "a"}, "startup_script": "#!/bin/bash"},
        [
            "startup_script: cannot be had on queued-resource; fix: remove it, or write plane: compute-engine or "
            "plane: "
            "tpu-vm",
            "labels: cannot be had on queued-resource; fix: remove it, or write plane: compute-engine or plane: tpu-vm",
        ],
    ),
    (
        {**V6E, "plane": "queued-resource"},
        [
            "needs physical_name: it must be given for a queued resource, since nothing makes up the name of its node; "
            "fix: add physical_name: training, or write plane: compute-engine, plane: tpu-vm or gke: {cluster: ...} "
            "and "
            "no plane"
        ],
    ),
    (
        {"generation": "v5p", "topology": "4x8x8_untwisted", "plane": "queued-resource", "physical_name": "patient"},
        [
            "topology: cannot be chosen for a queued resource, only the number of chips can; fix: use '4x8x8', or "
            "write "
            "plane: compute-engine, plane: tpu-vm or gke: {cluster: ...} and no plane"
        ],
    ),
    (
        {**V6E, **GKE, "data_disks": [DISK]},
        [
            "data_disks: cannot be had on gke; "
            "fix: remove it, or write plane: compute-engine without gke or plane: tpu-vm without gke"
        ],
    ),
    (
        {"accelerator_type": "v4-640", **GKE},
        [
            "accelerator_type: cannot be had on gke, which needs the sides; "
            "fix: write generation and topology, or write plane: tpu-vm without gke"
        ],
    ),
    (
        {**V6E, "runtime_version": "v2-alpha-tpuv6e", "image": "mine"},
        [
            "asks for what no plane can make at once: compute-engine cannot have runtime_version; tpu-vm cannot have "
            "image; gke cannot have runtime_version; fix: remove runtime_version, and write plane: compute-engine"
        ],
    ),
    # ---- how it is bought
    ({**V6E, "purchase": "flex-start"}, ["max_run_duration: Field required"]),
    (
        {**V6E, "reservation": {"name": "ours"}},
        [
            "reservation: cannot go with purchase: on-demand; fix: write purchase: reservation, or remove it",
        ],
    ),
    (
        {**V6E, "purchase": "reservation", "plane": "compute-engine"},
        [
            "needs reservation: it must be named for compute-engine; fix: add reservation: {name: ...}, "
            "or write plane: tpu-vm"
        ],
    ),
    (
        {**V6E, "purchase": "reservation", "slices": 2},
        [
            "asks for what no plane can make at once: compute-engine needs the name of the reservation; tpu-vm cannot "
            "join slices to a Multislice; gke needs the name of the reservation; fix: add reservation: {name: ...}, "
            "and "
            "write plane: compute-engine"
        ],
    ),
    (
        {**V6E, "purchase": "reservation", "reservation": {"name": "ours", "sub_block": "s"}},
        ["reservation.block: Field required"],
    ),
    *(
        (
            {**V6E, "max_run_duration": text},
            ["max_run_duration: must be a duration of whole seconds, minutes, hours or days; fix: write it like 12h"],
        )
        for text in ("0s", "7", "1.5h", "1h30m", "-1d")
    ),
    (
        {**V6E, "purchase": "preemptible"},
        ["purchase: Input should be 'on-demand', 'spot', 'reservation', 'flex-start' or 'calendar'"],
    ),
    (
        {**V6E, "purchase": "flex-start", "max_run_duration": "1d", "gke": {"cluster": "c", "auto_repair": True}},
        ["gke: cannot have auto_repair with purchase: flex-start; fix: remove auto_repair"],
    ),
    (
        {**V6E, **CALENDAR, "gke": {"cluster": "c", "queued_provisioning": True}},
        ["gke: cannot have queued_provisioning with purchase: calendar; fix: remove queued_provisioning"],
    ),
    (
        {**V6E, "gke": {"cluster": "c", "queued_provisioning": True, "auto_repair": True}},
        ["gke.auto_repair: cannot go with queued_provisioning; fix: remove it"],
    ),
    # ---- the rest
    (
        {**V6E, "data_disks": [{**DISK, "mode": "READ_WRITE"}]},
        ["data_disks: cannot be READ_WRITE on 4 machines, only on one; fix: remove mode"],
    ),
    (
        {**V6E, "data_disks": [{"source": "data"}]},
        [
            "data_disks.0.source: must be the path of a disk; "
            "fix: write it like projects/example-ml/zones/us-east5-b/disks/data"
        ],
    ),
    ({**V6E, "boot_disk": {"size_gib": 9}}, ["boot_disk.size_gib: Input should be greater than or equal to 10"]),
    ({**V6E, "zone": "us-east5"}, ["zone: that is no zone; fix: write it like us-east5-b"]),
    (
        {**V6E, "service_account": "workers"},
        [
            "service_account: must be the e-mail address of a service account; "
            "fix: write it like workers@example-ml.iam.gserviceaccount.com"
        ],
    ),
    (
        {**V6E, "network_tags": ["TPU"]},
        [
            "network_tags.0: a network tag has lower-case letters, digits and hyphens, and begins with a letter; "
            "fix: write it like tpu-worker"
        ],
    ),
    (
        {**V6E, "labels": {"Team": "a"}},
        [
            "labels.Team.[key]: a label's key begins with a lower-case letter and has at most 63 of a-z, 0-9, _ and -; "
            "fix: write it like team"
        ],
    ),
    (
        {**V6E, "labels": {"team": "R&D"}},
        [
            "labels.team: a label's value has at most 63 of a-z, 0-9, _ and -; "
            "fix: write it in lower case, like ml-research"
        ],
    ),
    (
        {**V6E, "labels": {"owner": "a"}, "tags": {"owner": "platform"}},
        ["labels: cannot have owner, which is a cost tag; fix: set it in tags"],
    ),
    (
        {**V6E, "project_roles": {"images": "reader"}},
        ["project_roles.images: must be a role of IAM; fix: write it like roles/artifactregistry.reader"],
    ),
    (
        {**V6E, "startup_script": "x" * (METADATA_MAX_BYTES + 1)},
        [
            "startup_script: must have at most 262144 bytes, not 262145; "
            "fix: fetch the greater part of it from Cloud Storage"
        ],
    ),
    *(
        (
            {**V6E, "physical_name": name},
            [
                "physical_name: must have at most 36 lower-case letters, digits and hyphens, and begin with a letter; "
                "fix: write it like training"
            ],
        )
        for name in ("Training", "-a", "a-", "a" * 37, "1a", "")
    ),
    ({**V6E, "scopes": []}, ["scopes: List should have at least 1 item after validation, not 0"]),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: list[str]) -> None:
    assert complaints(TpuSliceArgs, given) == said


@pytest.mark.parametrize(
    ("given", "most", "role", "limit"),
    [
        (V6E, 19, "sa", 30),
        ({**V6E, "service_account": "w@x.iam.gserviceaccount.com"}, 44, "template-0", 63),
        ({**V6E, "service_account": "w@x.iam.gserviceaccount.com", "slices": 100}, 43, "template-99", 63),
        ({**V6E, **GKE, "service_account": "w@x.iam.gserviceaccount.com"}, 24, "slice-0", 40),
        ({**QUEUED, "slices": None}, 44, "template-0", 63),
    ],
)
def test_a_name_that_leaves_no_room_for_the_names_of_its_children_is_refused(
    given: dict[str, Any], most: int, role: str, limit: int
) -> None:
    assert TpuSlice.too_long("x" * most, given) == ""
    assert TpuSlice.too_long("x" * (most + 1), given) == (
        f"is too long for its {role}, whose name in the cloud has at most {limit} characters; "
        f"fix: use at most {most} characters"
    )


def test_values_that_are_only_known_later_are_not_asked_for() -> None:
    """While a stack file is read, a reference stands for them, and asking it anything is an error of ours."""

    def later() -> Any:
        return Later("net.id", lambda built: built, "value")

    given = {
        **V6E,
        "purchase": "calendar",
        "reservation": {name: later() for name in ("name", "project", "block", "sub_block")},
        "zone": later(),
        "network": later(),
        "subnetwork": later(),
        "additional_networks": [{"network": later(), "subnetwork": later()}],
        "network_tags": [later()],
        "image": later(),
        "boot_disk": {"size_gib": later(), "type": later(), "kms_key": later()},
        "data_disks": [{"source": later()}],
        "startup_script": later(),
        "service_account": later(),
        "scopes": [later()],
        "data_buckets": {"data": {"bucket": later()}},
        "project_roles": {"images": later()},
    }
    assert complaints(TpuSliceArgs, given) == []
    pool = {**V6E, "gke": {"cluster": later(), "location": later(), "max_pods_per_node": later()}}
    assert complaints(TpuSliceArgs, pool) == []
    assert complaints(TpuSliceArgs, {**V6E, "plane": "tpu-vm", "runtime_version": later()}) == []
