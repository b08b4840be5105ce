"""Network interfaces stand on cards that the machine has, and where those take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ultrastack.catalog import Machine

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._interfaces import CARDS_GUIDE, HOLDERS, Wired, rows_of, types_of, wired, written

RULE = Rule(
    title="network interfaces stand where the machine's network cards take them",
    level="mandatory",
    why="EC2 refuses to launch a machine with an interface that none of its network cards can carry.",
    fix="use the places of `efa_layout('p5.48xlarge')` of the catalogue, with the machine's own name",
    references=(
        CARDS_GUIDE,
        "https://github.com/aws/aws-k8s-tester/pull/526",
        "https://github.com/aws-samples/aws-efa-nccl-baseami-pipeline/issues/1",
    ),
)


@RULE.graph(*HOLDERS)
def check(subject: Subject) -> Iterator[Said]:
    interfaces = wired(written(subject))
    if all(one.card == one.device == 0 and not one.is_efa for one in interfaces):
        raise NotApplicable  # the usual single interface, which every machine takes
    for row in rows_of(types_of(subject), subject):
        yield from _of_machine(row, interfaces)
        if row.interfaces_max is not None and len(interfaces) > row.interfaces_max:
            words = f"{len(interfaces)} interfaces are named, and {row.name} takes {row.interfaces_max}"
            yield fail(subject, words, at="networkInterfaces")


def _of_machine(row: Machine, interfaces: Sequence[Wired]) -> Iterator[Said]:
    efa_on: Counter[int] = Counter()
    for one in interfaces:
        per_card = row.interfaces_per_card
        if one.card >= row.network_cards:
            last = row.network_cards - 1
            words = f"network card {one.card} is named, and the last one of {row.name} is {last}"
            yield fail(one.where, words, at="networkCardIndex")
        elif per_card is not None and one.device >= per_card:
            words = f"device {one.device} is named, and the last one on a network card of {row.name} is {per_card - 1}"
            yield fail(one.where, words, at="deviceIndex")
        if one.is_efa and row.efa_interfaces:  # machines without EFA have a rule of their own
            efa_on[one.card] += 1
            if one.card == 0 and not row.efa_on_card_0:
                yield fail(one.where, f"network card 0 of {row.name} takes no EFA", at="interfaceType")
            elif efa_on[one.card] == 2:
                words = f"network card {one.card} of {row.name} has a second EFA interface, and takes one"
                yield fail(one.where, words, at="interfaceType")
