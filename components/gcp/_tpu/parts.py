"""What are the arguments inside the arguments of a TPU slice?"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import pulumi
from pydantic import AfterValidator, Field, model_validator

from ...component import Input, Strict
from ...names import Like
from ...refusals import Wrong, refuse

Plane = Literal["compute-engine", "tpu-vm", "gke", "queued-resource"]
Positive = Annotated[int, Field(ge=1)]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NO_DURATION = "must be a duration of whole seconds, minutes, hours or days; fix: write it like 12h"


def seconds(duration: str) -> int:
    return int(duration[:-1]) * SECONDS[duration[-1]]


def _duration(text: str) -> str:
    if not re.fullmatch(r"\d{1,9}[smhd]", text) or seconds(text) == 0:
        raise ValueError(NO_DURATION)
    return text


RunDuration = Annotated[str, AfterValidator(_duration)]
# Region is all but what follows the last dash: AI zones are called us-central1-ai1a
Zone = Annotated[
    str,
    Like(r"^[a-z]+(-[a-z]+)*-[a-z]+\d+-[a-z][a-z0-9]*$", "that is no zone; fix: write it like us-east5-b"),
]
LabelKey = Annotated[
    str,
    Like(
        r"^[a-z][a-z0-9_-]{0,62}$",
        "a label's key begins with a lower-case letter and has at most 63 of a-z, 0-9, _ and -; "
        "fix: write it like team",
    ),
]
LabelValue = Annotated[
    str,
    Like(
        r"^[a-z0-9_-]{0,63}$",
        "a label's value has at most 63 of a-z, 0-9, _ and -; fix: write it in lower case, like ml-research",
    ),
]
# compute v1 discovery, Instance.name, and each of Tags.items ("Each tag within the list must comply with RFC1035")
NetworkTag = Annotated[
    str,
    Like(
        r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$",
        "a network tag has lower-case letters, digits and hyphens, and begins with a letter; "
        "fix: write it like tpu-worker",
    ),
]


Text = Annotated[str, Field(min_length=1)]
# compute v1 discovery, CustomerEncryptionKey.kmsKeyName
KmsKey = Annotated[
    str,
    Like(
        r"^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+(/cryptoKeyVersions/\d+)?$",
        "must be a key's name; fix: write it like projects/example-ml/locations/us-east5/keyRings/ml/cryptoKeys/disks",
    ),
]
# A bucket's address (gs://...) is no name of it, and IAM takes names
Bucket = Annotated[
    str,
    Like(
        r"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$",
        "must be a bucket's name, without gs://; fix: write it like example-ml-data",
    ),
]


class Reservation(Strict):
    """What was reserved, from its name to one part of it."""

    name: Input[Text] = Field(description="Name of the reservation.")
    project: Input[Text] | None = Field(default=None, description="Project that shares it; one's own if left out.")
    block: Input[Text] | None = Field(default=None, description="Block of the reservation that is to be used.")
    sub_block: Input[Text] | None = Field(default=None, description="Sub-block of the block.")

    @model_validator(mode="after")
    def _inside(self) -> Reservation:
        if self.sub_block is not None and self.block is None:
            refuse([Wrong("block")])
        return self

    def path(self) -> pulumi.Input[str]:
        """As reservation affinities take it: compute v1 discovery, ReservationAffinity.values; block paths follow."""
        if self.project is None and self.block is None:
            return self.name
        parts: list[pulumi.Input[str]] = []
        if self.project is not None:
            parts += ["projects/", self.project, "/reservations/"]
        parts.append(self.name)
        if self.block is not None:
            parts += ["/reservationBlocks/", self.block]
        if self.sub_block is not None:
            parts += ["/reservationSubBlocks/", self.sub_block]
        return pulumi.Output.concat(*parts)


class BootDisk(Strict):
    size_gib: Input[Annotated[int, Field(ge=10)]] = Field(default=200, description="Size in GiB.")
    type: Input[str] | None = Field(
        default=None, description="Type of disk (hyperdisk-balanced, pd-balanced); the machine's usual one if left out."
    )
    kms_key: Input[KmsKey] | None = Field(
        default=None, description="Key of Cloud KMS that encrypts it; Google's own key if left out."
    )


class DataDisk(Strict):
    source: Input[
        Annotated[
            str,
            Like(
                r"^projects/[^/]+/zones/[^/]+/disks/[^/]+$",
                "must be the path of a disk; fix: write it like projects/example-ml/zones/us-east5-b/disks/data",
            ),
        ]
    ] = Field(description="Path of an existing disk in the zone (projects/.../zones/.../disks/...).")
    mode: Literal["READ_ONLY", "READ_WRITE"] = Field(
        default="READ_ONLY", description="Whether workers may write to it, which only one machine can."
    )


class AdditionalNetwork(Strict):
    """A further interface of each worker."""

    network: Input[Text] = Field(description="VPC of the interface, another one than that of the first.")
    subnetwork: Input[Text] | None = Field(default=None, description="Subnetwork of the interface.")


class DataBucket(Strict):
    bucket: Input[Bucket] = Field(description="Name of a Cloud Storage bucket.")
    access: Literal["read", "read-write"] = Field(default="read", description="What workers may do with its objects.")

    @property
    def role(self) -> str:
        return "roles/storage.objectUser" if self.access == "read-write" else "roles/storage.objectViewer"


# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels: an optional domain and a slash, and a name
NodeLabelKey = Annotated[
    str,
    Like(
        r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
        "must be the key of a label in Kubernetes; fix: write it like team, or example.com/team",
    ),
]
NodeLabelValue = Annotated[
    str,
    Like(
        r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",
        "must be a label's value in Kubernetes, at most 63 of A-Z, a-z, 0-9, _, . and -; "
        "fix: write it like ml-research",
    ),
]


class Gke(Strict):
    cluster: Input[Text] = Field(description="Name of an existing GKE cluster.")
    location: Input[Text] | None = Field(
        default=None, description="Zone or region of the cluster; the zone of the slices if left out."
    )
    auto_repair: bool | None = Field(
        default=None,
        description="Whether GKE repairs nodes; by default yes, but not with flex-start, which forbids it.",
    )
    auto_upgrade: bool = Field(default=True, description="Whether GKE upgrades nodes.")
    scale_to_zero: bool = Field(
        default=False, description="Whether nodes exist only while pods ask for them; with flex-start it is always so."
    )
    queued_provisioning: bool = Field(
        default=False,
        description="Whether nodes can be had by ProvisioningRequest only, for jobs that wait in a queue.",
    )
    node_labels: dict[NodeLabelKey, NodeLabelValue] = Field(default={}, description="Kubernetes labels of the nodes.")
    max_pods_per_node: Input[Annotated[int, Field(ge=8, le=256)]] | None = Field(
        default=None, description="Pods that a node can have; the cluster's number if left out."
    )
    accelerator_network_profile: Literal["auto"] | None = Field(
        default=None, description="Whether GKE itself makes the further networks of the nodes (auto)."
    )

    @model_validator(mode="after")
    def _together(self) -> Gke:
        if self.queued_provisioning and self.auto_repair:
            refuse([Wrong("auto_repair", "cannot go with queued_provisioning; fix: remove it")])
        return self


ProjectRole = Annotated[
    str,
    Like(
        r"^(roles/|projects/[^/]+/roles/|organizations/[^/]+/roles/)\S+$",
        "must be a role of IAM; fix: write it like roles/artifactregistry.reader",
    ),
]
