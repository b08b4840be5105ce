"""Weights are shares of the requests: not all of them are 0."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._endpoints import CONFIGURATION, variants

RULE = Rule(
    title="some variant of an endpoint has a weight above 0",
    level="mandatory",
    why="A variant gets its weight divided by the sum of all weights; if that sum is 0, no request is answered.",
    fix="give one variant a weight of 1, or leave `initialVariantWeight` out, which means 1",
    references=("https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = variants(configuration, shadows=False)
    if any(not one.has("initialVariantWeight") for one in there):
        return
    known = [one for one in there if one.knows("initialVariantWeight")]
    if any(one.number("initialVariantWeight") > 0 for one in known):
        return
    if there and not any(one.number("initialVariantWeight") for one in there):  # what is unknown may be above 0
        what = "the only variant has" if len(there) == 1 else f"all {len(there)} variants have"
        yield fail(there[0], f"{what} a weight of 0", at="initialVariantWeight")
