"""A TPU is bought in exactly one way."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, TPU_VM, machine_in, pools

RULE = Rule(
    title="a TPU is bought in exactly one way",
    level="mandatory",
    why="Spot, a reservation and flex-start exclude each other; the API refuses two, or one is silently not used.",
    fix="keep one of them",
    references=(
        "https://github.com/AI-Hypercomputer/xpk/issues/476",
        "https://github.com/hashicorp/terraform-provider-google/issues/24153",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/dws",
    ),
)


@RULE.resource(TPU_VM, *COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == TPU_VM:
        yield from _flags(subject.block("schedulingConfig"), ("spot", "preemptible", "reserved"))
    elif subject.type in COMPUTE:
        machine_in(subject)
        yield from each(_machine, subject)
    else:
        for pool, _ in pools(subject):
            yield from each(_pool, pool.block("nodeConfig"))


def _flags(block: Block, names: tuple[str, ...], more: tuple[str, ...] = ()) -> Iterator[Said]:
    given = [f"`{name}`" for name in names if block.flag(name)] + list(more)
    if len(given) > 1:
        yield fail(block, f"{' and '.join(given)} exclude each other", at=next(n for n in names if block.flag(n)))


def _machine(subject: Subject) -> Iterator[Said]:
    scheduling, affinity = subject.block("scheduling"), subject.text("reservationAffinity.type")
    model = scheduling.text("provisioningModel") or ("SPOT" if scheduling.flag("preemptible") else "STANDARD")
    if scheduling.flag("preemptible") and model != "SPOT":
        said = f"`preemptible` and the provisioning model {model} exclude each other"
        yield fail(scheduling, said, at="preemptible", fix="remove preemptible, or write SPOT as provisioningModel")
    if model in ("SPOT", "FLEX_START") and affinity == "SPECIFIC_RESERVATION":
        said = f"the provisioning model {model} and a reservation exclude each other"
        yield fail(
            scheduling, said, at="provisioningModel", fix="remove reservationAffinity, or write RESERVATION_BOUND"
        )
    if model == "RESERVATION_BOUND" and affinity != "SPECIFIC_RESERVATION":
        said = "the provisioning model RESERVATION_BOUND needs a reservation, and none is named"
        yield fail(scheduling, said, at="provisioningModel", fix="name it in reservationAffinity.specificReservation")


def _pool(config: Block) -> Iterator[Said]:
    names, affinity = ("spot", "preemptible", "flexStart"), "reservationAffinity.consumeReservationType"
    reserved = config.has("reservationAffinity") and config.text(affinity) == "SPECIFIC_RESERVATION"
    if any(config.flag(name) for name in names):
        yield from _flags(config, names, ("a reservation",) if reserved else ())
