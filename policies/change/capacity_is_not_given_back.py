"""A change does not give back accelerators that may not be had again."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import resource_type, tpu_machine_types

from ..launches import LAUNCHING, launches_of
from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Block, Subject, SubjectChange
from ._going import gone, said

RULE = Rule(
    title="a change does not give back scarce capacity",
    level="mandatory",
    why="Accelerators and reservations that are released go to whoever waits for them; a replacement may find none.",
    fix="keep the old value, or set `protect` and bring that up first; to give it back on purpose, accept this finding",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html",
        "https://github.com/aws/aws-parallelcluster/issues/4061",
    ),
)

ELSEWHERE = (  # endpoints have a rule of their own; Lambda's machines have no accelerators
    "aws:sagemaker/endpoint:Endpoint",
    "aws:lambda/capacityProvider:CapacityProvider",
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
)
REQUESTS = ("gcp:compute/resizeRequest:ResizeRequest", "gcp:compute/regionResizeRequest:RegionResizeRequest")
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"
BLOCK = "aws:ec2/capacityBlockReservation:CapacityBlockReservation"
GROUPS = (
    "gcp:compute/instanceGroupManager:InstanceGroupManager",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
)
TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)


@RULE.change("*")
def check(change: SubjectChange) -> Iterator[Said]:
    row = resource_type(change.subject.type)
    if row is None or row.holds != "capacity" or row.name in ELSEWHERE:
        raise NotApplicable
    if row.name == RESERVATION and change.change.kind == "update":
        yield from _of_slots(change)
        return
    old = gone(change)
    if old is None:
        return
    if row.name in REQUESTS:  # one that was granted leaves its machines in the group
        raise Undecided(f"whether {old.name} was granted by now", old)
    if row.name == BLOCK:
        if change.change.kind != "delete":  # a block that leaves the program runs on to its end
            yield from said(change, "and a second block is bought")
    elif _is_scarce(old):
        yield from said(change, "and its capacity goes back to the cloud")


def _of_slots(change: SubjectChange) -> Iterator[Said]:
    name, old, new = "instanceCount", change.old, change.new
    if old is None or new is None or change.change.of(name) is None:
        raise NotApplicable
    if new.number(name) < old.number(name):
        yield fail(new, f"it falls from {old.text(name)} to {new.text(name)} machines", at=name)


def _is_scarce(old: Subject) -> bool:
    """Machines without accelerators can be had again."""
    if old.type in LAUNCHING:
        return any(launch.machines() for launch in launches_of(old))
    if old.type in GROUPS:
        made = [old.world.made(version, "instanceTemplate", *TEMPLATES) for version in old.blocks("versions")]
        return any(one is not None and _accelerated(one) for one in made)
    if old.type == "gcp:compute/instance:Instance":
        return _accelerated(old)
    return old.type != "gcp:container/nodePool:NodePool" or _accelerated(old.block("nodeConfig"))


def _accelerated(block: Block) -> bool:
    """A TPU by its machine type; a GPU is asked for by name, or comes with types of the A series."""
    machine = block.text("machineType").rpartition("/")[2]
    return machine in tpu_machine_types() or block.has("guestAccelerators") or machine.startswith(("a2-", "a3-", "a4"))
