"""A bucket in one region is where this program's machines with TPUs are."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import tpu_machine_types
from ultrastack.model.values import Secret, Unknown

from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, fail
from ..world import Subject, World

RULE = Rule(
    title="a bucket of one region stands in the region of the TPUs",
    level="advisory",
    why="Data for training crosses regions again and again: each read is slower, and each GB is billed.",
    fix="put the bucket into the region of the TPUs, or take a dual-region or multi-region that contains it",
    references=("https://cloud.google.com/storage/docs/locations",),
)
BUCKET = "gcp:storage/bucket:Bucket"
TPUS = ("gcp:tpu/v2Vm:V2Vm", "gcp:tpu/v2QueuedResource:V2QueuedResource")
TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:compute/instance:Instance",
)
POOL = "gcp:container/nodePool:NodePool"
PLACED = {  # what runs machines -> the input that says where
    "gcp:tpu/v2Vm:V2Vm": "zone",
    "gcp:tpu/v2QueuedResource:V2QueuedResource": "zone",
    "gcp:compute/instance:Instance": "zone",
    "gcp:compute/instanceGroupManager:InstanceGroupManager": "zone",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": "region",
    "gcp:container/nodePool:NodePool": "location",
    "gcp:container/cluster:Cluster": "location",
}


@RULE.graph(BUCKET)
def check(bucket: Subject) -> Iterator[Said]:
    there, unsure = bucket.world.once(_regions)
    location = bucket.text("location").lower()
    one_region = "-" in location and not bucket.has("customPlacementConfig")  # no US, EU, NAM4
    if not one_region or not bucket.world.once(_has_tpus):
        raise NotApplicable
    if location in there:
        return
    if unsure:
        yield cannot_decide(bucket, unsure, at="location")
    else:
        yield fail(bucket, f"it is in {location} and the machines are in {', '.join(sorted(there))}", at="location")


def _has_tpus(world: World) -> bool:
    machines = [one.raw("machineType") for one in world.of_type(*TEMPLATES)]
    machines += [one.raw("nodeConfig.machineType") for one in world.of_type(POOL)]
    if any(world.of_type(*TPUS)) or any(isinstance(m, str) and m in tpu_machine_types() for m in machines):
        return True
    if any(isinstance(m, (Unknown, Secret)) for m in machines):
        raise Undecided("the machine types of the program, which may have TPUs")
    return False


def _regions(world: World) -> tuple[set[str], str]:
    found, unsure = set(), ""
    for token, name in PLACED.items():
        for one in world.of_type(token):
            try:
                where = one.target(name) if name != "location" else one.text(name)
            except Undecided as e:
                unsure = e.said.needs
            else:
                found.add("-".join(where.split("-")[:2]))
    return found - {""}, unsure
