"""Machines that answer requests are not those that are built to train in clusters."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import Machine, machines

from ..launches import LAUNCHING
from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..serving._endpoints import CONFIGURATION, machine_of, on_machines
from ..world import Block, Subject
from ._accelerators import is_behind_load_balancer, machines_of
from ._purpose import hidden_labels, labels

RULE = Rule(
    title="machines that serve are made for serving, or a reason is recorded",
    level="advisory",
    why="A machine for training is paid for its network between machines, which serving does not use; Inferentia has "
    "the same NeuronCores as the first Trainium for less.",
    fix="serve on inf2 or g machines, or record why not in the tag `accelerator-reason`",
    references=("https://docs.aws.amazon.com/dlami/latest/devguide/inferentia.html",),
)
REASON = "accelerator-reason"


@RULE.graph(*LAUNCHING, CONFIGURATION)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == CONFIGURATION:
        there = list(on_machines(subject))
        if not there:
            raise NotApplicable
        for variant in there:
            yield from each(_of_variant, variant)
        return
    if not is_behind_load_balancer(subject):
        raise NotApplicable
    for machine in machines_of(subject):
        yield from _of(subject, "", machine.name, machine)


def _of_variant(variant: Block) -> Iterator[Said]:
    machine = machine_of(variant)
    if machine is not None:
        yield from _of(variant, "instanceType", variant.text("instanceType"), machine)


def _of(where: Block, at: str, name: str, machine: Machine) -> Iterator[Said]:
    if REASON in labels(where.subject):
        return
    if hidden := hidden_labels(where.subject):
        raise Undecided(f"the tags of {where.subject.name}, of which one may be `{REASON}`", where.subject, hidden)
    if machine.ultracluster:
        words = f"{name} ({machine.accelerators} x {machine.accelerator}) is built to train in clusters, and serves"
        yield fail(where, words, at=at)
    elif other := _served_by(machine):
        words = f"{name} has {machine.accelerator}, whose NeuronCores {other} has too, and serves"
        yield fail(where, words, at=at)


def _served_by(machine: Machine) -> str:
    """The chip for serving that has the same cores as one for training."""
    if machine.neuron_core_version is None or machine.accelerator.startswith("Inferentia"):
        return ""
    alike = (one for one in machines().values() if one.neuron_core_version == machine.neuron_core_version)
    return next((one.accelerator for one in alike if one.accelerator.startswith("Inferentia")), "")
