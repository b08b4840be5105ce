"""What can be asked of a TPU slice? The arguments, before anything is said of their combination."""

from __future__ import annotations

from typing import Annotated, Literal

import pulumi
from pydantic import Field

from ... import component
from ...component import Input
from ...names import Like, RuleName
from .parts import (
    AdditionalNetwork,
    BootDisk,
    DataBucket,
    DataDisk,
    Gke,
    LabelKey,
    LabelValue,
    NetworkTag,
    Plane,
    Positive,
    ProjectRole,
    Reservation,
    RunDuration,
    Text,
    Zone,
)

ALL_APIS = "https://www.googleapis.com/auth/cloud-platform"
PHYSICAL_NAME = Like(
    r"^[a-z]([-a-z0-9]{0,34}[a-z0-9])?$",
    "must have at most 36 lower-case letters, digits and hyphens, and begin with a letter; fix: write it like training",
)


class SliceArguments(component.Args):
    generation: str | None = Field(
        default=None, description="Generation of the chips (v5e, v5p, v6e, tpu7x), together with topology."
    )
    topology: str | None = Field(
        default=None, description="Sides of a slice in chips (4x4, 4x4x8), together with generation."
    )
    accelerator_type: str | None = Field(
        default=None, description="Generation and size in one word (v6e-16, v5p-8), instead of the two."
    )
    chips_per_machine: Literal[1, 4, 8] | None = Field(
        default=None, description="Chips of each machine, where there is a choice: 2x4 as two machines with 4 on GKE."
    )
    slices: Positive = Field(
        default=1, description="Number of slices, alike and in one zone; several are a Multislice."
    )
    purchase: Literal["on-demand", "spot", "reservation", "flex-start", "calendar"] = Field(
        default="on-demand", description="How the chips are bought."
    )
    reservation: Reservation | None = Field(
        default=None, description="What was reserved; on tpu-vm any reservation of the project that matches is taken."
    )
    max_run_duration: RunDuration | None = Field(
        default=None, description="How long machines may run before they are deleted (12h, 7d); needed for flex-start."
    )
    plane: Plane | None = Field(
        default=None, description="By which way slices are made; one that can make all of it is chosen if left out."
    )
    gke: Gke | None = Field(default=None, description="The GKE cluster that slices are to be node pools of.")
    zone: Input[Zone] | None = Field(default=None, description="Zone of all slices; the target's if left out.")
    network: Input[Text] | None = Field(
        default=None, description="VPC of the workers; that of the subnetwork, or the project's default, if left out."
    )
    subnetwork: Input[Text] | None = Field(default=None, description="Subnetwork of the workers.")
    additional_networks: list[AdditionalNetwork] = Field(
        default=[], description="VPCs of further interfaces of each worker."
    )
    external_ips: bool = Field(
        default=False,
        description="Whether workers have public addresses; without, the subnetwork needs private Google access.",
    )
    can_ip_forward: bool = Field(default=False, description="Whether workers may pass on packets of others.")
    network_tags: list[Input[NetworkTag]] = Field(
        default=[], description="Network tags, by which firewall rules find the workers."
    )
    runtime_version: Input[Text] | None = Field(
        default=None, description="Software of a TPU VM; the usual one of the generation if left out."
    )
    image: Input[Text] | None = Field(
        default=None,
        description="Image of a machine on Compute Engine; the newest for the generation if left out.",
    )
    boot_disk: BootDisk | None = Field(
        default=None, description="The disk with the operating system; the API's own on a TPU VM."
    )
    data_disks: list[DataDisk] = Field(default=[], description="Existing disks that every worker has.")
    startup_script: Input[str] | None = Field(
        default=None, description="Script that runs as root at every boot of a worker; no secrets in it."
    )
    service_account: (
        Input[
            Annotated[
                str,
                Like(
                    r"^[^@\s]+@[^@\s]+$",
                    "must be the e-mail address of a service account; "
                    "fix: write it like workers@example-ml.iam.gserviceaccount.com",
                ),
            ]
        ]
        | None
    ) = Field(
        default=None,
        description="E-mail address of the account that workers act as; if left out one is made that writes logs "
        "and metrics.",
    )
    scopes: list[Input[str]] | None = Field(
        default=None, min_length=1, description="OAuth scopes of the workers; all, so that roles decide, if left out."
    )
    data_buckets: dict[RuleName, DataBucket] = Field(
        default={}, description="Cloud Storage buckets that workers may use, under names of your choice."
    )
    project_roles: dict[RuleName, Input[ProjectRole]] = Field(
        default={}, description="Further roles of the workers in the project, under names of your choice."
    )
    secure_boot: bool = Field(default=False, description="Whether workers start signed software only.")
    labels: dict[LabelKey, LabelValue] = Field(
        default={}, description="Labels besides the cost tags, for what Google bills."
    )
    incarnation: Positive = Field(
        default=1, description="Raise it to make all slices anew, as after spot slices were taken."
    )
    update_workers: bool = Field(
        default=False,
        description="Whether any change of the machines makes the slices anew; else only labels and metadata reach "
        "machines that run.",
    )
    wait_for_workers: bool = Field(
        default=False, description="Whether an `up` on Compute Engine ends only when all machines run."
    )
    physical_name: Annotated[str, PHYSICAL_NAME] | None = Field(
        default=None,
        description="Name of the slices in the cloud, unique in project and zone, and what workers are named after.",
    )

    @property
    def scopes_or_all(self) -> list[pulumi.Input[str]]:
        return [*self.scopes] if self.scopes is not None else [ALL_APIS]
