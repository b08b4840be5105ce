"""Where are accelerators in this program, whose are they, and who is served by them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ultrastack.catalog import Machine, tpu_machine_types

from ..launches import GROUP, INSTANCE, LAUNCHING, launches_of
from ..rule import Undecided
from ..serving._endpoints import CONFIGURATION, machine_of, on_machines
from ..world import Subject, World

TEMPLATE = "gcp:compute/instanceTemplate:InstanceTemplate"
NODE_POOL = "gcp:container/nodePool:NodePool"
TPU_VM = "gcp:tpu/v2Vm:V2Vm"
QUEUED = "gcp:tpu/v2QueuedResource:V2QueuedResource"
TPUS = (TEMPLATE, NODE_POOL, TPU_VM, QUEUED)
ATTACHMENT = "aws:autoscaling/attachment:Attachment"
TARGETS = ("aws:lb/targetGroupAttachment:TargetGroupAttachment", "aws:alb/targetGroupAttachment:TargetGroupAttachment")


@dataclass(frozen=True)
class Used:
    """One place where accelerators are used."""

    subject: Subject
    vendor: str  # aws-neuron, nvidia or google
    chip: str
    serves: bool  # whether it answers requests: an endpoint, or machines behind a load balancer


def machines_of(subject: Subject) -> list[Machine]:
    """Those with accelerators that an instance, a group or a node group may start. Raises Undecided."""
    found = [machine for launch in launches_of(subject) for machine in launch.machines()]
    return list({one.name: one for one in found if one.accelerators}.values())


def is_behind_load_balancer(subject: Subject) -> bool:
    """Raises Undecided."""
    if any(subject.elements(name) for name in ("targetGroupArns", "loadBalancers", "trafficSources")):
        return True
    world = subject.world
    pointing = [world.pointing_at(subject, ATTACHMENT, "autoscalingGroupName")] if subject.type == GROUP else []
    if subject.type == INSTANCE:
        pointing += [world.pointing_at(subject, token, "targetId") for token in TARGETS]
    if any(one.sure for one in pointing):
        return True
    if unsure := next((one for pointers in pointing for one in pointers.unsure), None):
        raise Undecided(f"what {unsure.name} puts behind a load balancer", unsure)
    return False


def is_tpu(subject: Subject) -> bool:
    """Raises Undecided for a machine type that is unknown."""
    if subject.type in (TPU_VM, QUEUED):
        return True
    name = "machineType" if subject.type == TEMPLATE else "nodeConfig.machineType"
    return subject.text(name) in tpu_machine_types()


def used(world: World) -> tuple[Used, ...]:
    """All of them. Raises Undecided where one cannot be told."""
    return world.once(_used)


def _used(world: World) -> tuple[Used, ...]:
    return tuple(_found(world))


def _found(world: World) -> Iterator[Used]:
    for subject in world.of_type(*LAUNCHING):
        serves = is_behind_load_balancer(subject)
        for vendor, chip in _chips(machines_of(subject)).items():
            yield Used(subject, vendor, chip, serves)
    for subject in world.of_type(CONFIGURATION):
        machines = [machine for variant in on_machines(subject) if (machine := machine_of(variant)) is not None]
        for vendor, chip in _chips(machines).items():
            yield Used(subject, vendor, chip, True)
    for subject in world.of_type(*TPUS):
        if is_tpu(subject):
            yield Used(subject, "google", "TPU", False)


def _chips(machines: Iterable[Machine]) -> Mapping[str, str]:
    return {one.vendor: one.accelerator for one in machines}
