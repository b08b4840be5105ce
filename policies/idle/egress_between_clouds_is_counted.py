"""Weights that are trained in one cloud and served in another leave it for money, and somebody has counted that."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import World
from ._accelerators import TPUS, used
from ._purpose import has_reason

RULE = Rule(
    title="training in one cloud and serving in another says a word on egress",
    level="advisory",
    why="Each set of weights, and each data set, that leaves a cloud is paid for by the GB; moving large checkpoints "
    "often can cost more than the cheaper machines save.",
    fix="record why, and how much moves, in the tag `egress-reason`, or in the description of the stack file",
    references=("https://cloud.google.com/storage/pricing", "https://aws.amazon.com/s3/pricing/"),
)
REASON = "egress-reason"


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    if not any(world.of_type(*TPUS)):  # nothing of Google's
        raise NotApplicable
    them = used(world)
    serving = [one for one in them if one.serves]
    training = [one for one in them if not one.serves]
    away = {_cloud(one.vendor) for one in training} - {_cloud(one.vendor) for one in serving}
    # where both clouds train, what is served may come from the same one
    if not serving or not away or len({_cloud(one.vendor) for one in training}) > 1:
        raise NotApplicable
    if has_reason(world, REASON) or (world.file is not None and "egress" in world.file.description.lower()):
        return
    trains, serves = training[0], serving[0]
    words = f"{trains.subject.name} trains on {_cloud(trains.vendor)}, and {serves.subject.name} serves"
    yield fail(serves.subject, f"{words} on {_cloud(serves.vendor)}")


def _cloud(vendor: str) -> str:
    return "Google Cloud" if vendor == "google" else "AWS"
