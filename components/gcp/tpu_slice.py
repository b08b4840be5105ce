"""One TPU slice, or several that work as one job, by whichever of Google's planes can make what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pulumi
from pydantic import model_validator

from ultrastack.catalog import tpu_plane

from ..component import Component
from ..names import twins
from ..refusals import Wrong, refuse
from . import _names
from ._target import project_of, zone_of
from ._tpu.account import Identity, make_identity
from ._tpu.arguments import SliceArguments
from ._tpu.compute_engine import make_groups
from ._tpu.environment import METADATA_MAX_BYTES
from ._tpu.gke import make_pools
from ._tpu.made import Site
from ._tpu.parts import Plane
from ._tpu.place import elsewhere
from ._tpu.plane import Choice, choose, comes_back
from ._tpu.queued import make_queued
from ._tpu.shape import Impossible, Shape, shape_of
from ._tpu.vm import make_tpu_vm

ACCOUNT_ID_MAX = 30  # iam v1: account ids have 6 to 30 characters
POOL_NAME_MAX = 40  # container v1: names of node pools


class TpuSliceArgs(SliceArguments):
    @model_validator(mode="after")
    def _possible(self) -> TpuSliceArgs:
        found = list(_impossible(self))
        if overall := [one.words for one in found if not one.argument]:
            raise ValueError(overall[0])
        refuse(found)
        return self

    @property
    def shape(self) -> Shape:
        return shape_of(self.generation, self.topology, self.accelerator_type, self.chips_per_machine)

    @property
    def choice(self) -> Choice:
        made = choose(self, self.shape)
        assert isinstance(made, Choice)  # the door was passed
        return made


def _impossible(args: TpuSliceArgs) -> Iterator[Wrong]:
    if args.accelerator_type is None and args.generation is None and args.topology is None:
        # never the provider's silent v2-8
        yield Wrong("", "does not say which slice; fix: add generation: v6e and topology: 4x4, or accelerator_type")
        return
    if args.accelerator_type is not None and (args.generation is not None or args.topology is not None):
        yield Wrong(
            "accelerator_type",
            "cannot go with generation and topology, which say the same; fix: remove it, or both of them",
        )
        return
    if args.accelerator_type is None and (args.generation is None or args.topology is None):
        yield Wrong("generation" if args.generation is None else "topology")
        return
    yield from _purchase(args)
    yield from _contents(args)
    try:
        shape = args.shape
    except Impossible as why:
        yield Wrong(why.argument, why.words)
        return
    if shape.hosts * args.slices > 1:
        # an existing disk can be written to by one machine at a time (tpu v2 and compute v1 discovery)
        for disk in args.data_disks:
            if disk.mode == "READ_WRITE":
                count = shape.hosts * args.slices
                yield Wrong("data_disks", f"cannot be READ_WRITE on {count} machines, only on one; fix: remove mode")
                break
    chosen = choose(args, shape)
    if not isinstance(chosen, Choice):
        yield from chosen


def _purchase(args: TpuSliceArgs) -> Iterator[Wrong]:
    if args.purchase == "flex-start" and args.max_run_duration is None:
        yield Wrong("max_run_duration")
    if args.reservation is not None and args.purchase not in ("reservation", "calendar"):
        said = f"cannot go with purchase: {args.purchase}; fix: write purchase: reservation, or remove it"
        yield Wrong("reservation", said)
    if args.gke is not None and args.gke.auto_repair and args.purchase == "flex-start":
        yield Wrong("gke", "cannot have auto_repair with purchase: flex-start; fix: remove auto_repair")
    if args.gke is not None and args.gke.queued_provisioning and args.purchase in ("reservation", "calendar"):
        said = f"cannot have queued_provisioning with purchase: {args.purchase}; fix: remove queued_provisioning"
        yield Wrong("gke", said)


def _contents(args: TpuSliceArgs) -> Iterator[Wrong]:
    if isinstance(args.startup_script, str) and (size := len(args.startup_script.encode())) > METADATA_MAX_BYTES:
        said = f"must have at most {METADATA_MAX_BYTES} bytes, not {size}"
        yield Wrong("startup_script", f"{said}; fix: fetch the greater part of it from Cloud Storage")
    if reserved := [key for key in args.labels if key.startswith("goog-")]:
        yield Wrong("labels", f"cannot have {reserved[0]}: labels that start with goog- are Google's; fix: rename it")
    for argument in ("data_buckets", "project_roles"):
        # a member has a role once, and who takes one of two such grants away takes away both
        if pair := twins(getattr(args, argument)):
            yield Wrong(argument, f"has the same one as {pair[0]} and as {pair[1]}; fix: remove one of them")
    if isinstance(args.zone, str):
        yield from elsewhere(args, args.zone)
    if twice := [key for key in args.labels if key in args.tags]:
        yield Wrong("labels", f"cannot have {twice[0]}, which is a cost tag; fix: set it in tags")


class TpuSlice(Component):
    token = "ultrastack:gcp:TpuSlice"
    cloud = "gcp"
    Args = TpuSliceArgs
    roles = {
        "sa": "The service account that workers act as.",
        "log-writer": "Permission to write logs.",
        "metric-writer": "Permission to write metrics.",
        "node-access": "What GKE's own programs on a node need.",
        "role-*": "A further role of the workers in the project.",
        "bucket-*": "Permission to use a bucket.",
        "policy": "What joins the machines of a slice to one torus.",
        "template-*": "What the workers of a slice are made from, on Compute Engine.",
        "slice-*": "A slice: a TPU VM, a managed instance group, a node pool or a queued resource.",
    }

    plane: Annotated[pulumi.Output[str], "How the slices are made: compute-engine, tpu-vm, gke or queued-resource."]
    reason: Annotated[pulumi.Output[str], "Why that way was chosen, and what to know of it."]
    comes_back: Annotated[
        pulumi.Output[bool] | None,
        "Whether a spot slice that was taken is made again without an `up`; absent if it is not spot.",
    ]
    quota_pool: Annotated[
        pulumi.Output[str], "Which quotas it counts against: tpu-api or compute, which share nothing."
    ]
    labels_reach: Annotated[pulumi.Output[bool], "Whether the cost labels are on what is billed."]
    generation: Annotated[pulumi.Output[str], "Generation of the chips."]
    topology: Annotated[pulumi.Output[str] | None, "Sides of a slice in chips; absent if the API chooses them."]
    accelerator_type: Annotated[pulumi.Output[str] | None, "The TPU API's word for a slice; absent if it has none."]
    machine_type: Annotated[pulumi.Output[str] | None, "Machine type of the workers; absent where none is public."]
    slices: Annotated[pulumi.Output[int], "Number of slices."]
    hosts: Annotated[pulumi.Output[int], "Number of machines, in all slices together."]
    chips: Annotated[pulumi.Output[int], "Number of chips, in all slices together."]
    hbm_gib: Annotated[pulumi.Output[float] | None, "Memory of those chips in GiB; absent if it is not known."]
    names: Annotated[list[pulumi.Output[str]], "Names of the slices in the cloud, in their order."]
    ids: Annotated[list[pulumi.Output[str]], "Ids of the slices in the cloud."]
    worker_ips: Annotated[
        list[pulumi.Output[list[str]]] | None, "Addresses of the workers by slice; absent but for a TPU VM."
    ]
    worker_hosts: Annotated[
        list[list[pulumi.Output[str]]] | None,
        "Names of the workers by slice, as the VPC's DNS has them; absent but on Compute Engine, and where they are "
        "random.",
    ]
    coordinator: Annotated[
        pulumi.Output[str] | None,
        "Address of the first worker of the first slice, or name of its machine numbered first; absent if not known.",
    ]
    environment: Annotated[
        list[dict[str, pulumi.Output[str]]], "Environment of a job by slice, for JAX and Multislice."
    ]
    commands: Annotated[
        list[pulumi.Output[str]], "Commands that open a shell on the first worker of each slice, or lead there."
    ]
    service_account_email: Annotated[pulumi.Output[str] | None, "What workers act as; absent for a queued resource."]
    workload_policy: Annotated[
        pulumi.Output[str] | None, "Name of what joins machines to a torus; absent if none does."
    ]

    def __init__(self, name: str, args: TpuSliceArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        shape, (plane, reason) = args.shape, args.choice
        queued = plane == "queued-resource"
        identity = Identity(None, None, []) if queued else make_identity(self, args, gke=plane == "gke")
        made = _MAKERS[plane](Site(self, args, shape, self._zone(args), self._project(), identity))

        known = pulumi.Output.from_input
        self.plane, self.reason = known(str(plane)), known(reason)
        self.comes_back = known(comes_back(args, shape, plane)) if args.purchase == "spot" else None
        self.quota_pool, self.labels_reach = known(str(tpu_plane(plane).quota_pool)), known(tpu_plane(plane).labels)
        self.generation = known(shape.generation)
        self.topology = None if shape.topology is None else known(shape.topology)
        self.accelerator_type = None if shape.accelerator_type is None else known(shape.accelerator_type)
        self.machine_type = None if shape.machine_type is None else known(shape.machine_type)
        self.slices = known(int(args.slices))
        self.hosts, self.chips = known(shape.hosts * args.slices), known(shape.chips * args.slices)
        self.hbm_gib = None if shape.hbm_gib is None else known(shape.hbm_gib * args.slices)
        self.names, self.ids = made.names, made.ids
        self.worker_ips, self.worker_hosts = made.worker_ips, made.worker_hosts
        self.coordinator, self.environment, self.commands = made.coordinator, made.environment, made.commands
        self.service_account_email = None if identity.email is None else known(identity.email)
        self.workload_policy = made.workload_policy
        self.finish()

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        """Which children there are depends on the arguments, and account ids are the shortest of all names."""
        slices = given.get("slices")
        last = f"-{slices - 1 if isinstance(slices, int) else 0}"
        limits = [(f"template{last}", _names.LONGEST)]
        if given.get("physical_name") is None:
            limits.append((f"slice{last}", POOL_NAME_MAX if given.get("gke") is not None else _names.LONGEST))
        if given.get("service_account") is None and given.get("plane") != "queued-resource":
            limits.append(("sa", ACCOUNT_ID_MAX))
        said = {longest - len(role): _names.too_long(name, [role], longest) for role, longest in limits}
        return next((why for _, why in sorted(said.items()) if why), "")

    def _zone(self, args: TpuSliceArgs) -> pulumi.Output[str]:
        if args.zone is not None:
            return pulumi.Output.from_input(args.zone)
        return zone_of(self).apply(lambda zone: self._with_all(args, _in_a_zone(zone)))

    def _with_all(self, args: TpuSliceArgs, zone: str) -> str:
        """The target's zone, which nobody knew at the door."""
        for one in elsewhere(args, zone):
            raise pulumi.RunError(f"{self.name}: its {one.argument} {one.words}")
        return zone

    def _project(self) -> pulumi.Output[str]:
        return project_of(self).apply(lambda project: project or "")


def _in_a_zone(zone: str | None) -> str:
    if not zone:
        raise pulumi.RunError("a TPU slice needs a zone, and its target has none; fix: add zone: us-east5-b")
    return zone


_MAKERS: Mapping[Plane, Any] = {
    "tpu-vm": make_tpu_vm,
    "compute-engine": make_groups,
    "gke": make_pools,
    "queued-resource": make_queued,
}
