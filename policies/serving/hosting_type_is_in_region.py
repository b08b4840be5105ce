"""The machines of a variant are sold for hosting in the region of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, hosted, on_machines

RULE = Rule(
    title="the instance type of a variant is sold for hosting in its region",
    level="mandatory",
    why="The API knows types that have no price for hosting in a region, or in any: the endpoint fails when it is "
    "made, unless a training plan holds the machines.",
    fix="choose one of those regions or another type; if AWS sells it to you, say so in "
    "catalog.local/hosting_types.csv",
    references=("price-list tables of cfn-lint 1.58.0; botocore 1.44.5 sagemaker ProductionVariantInstanceType",),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = [one for one in on_machines(configuration) if not one.knows("instanceType") or hosted(one) is not None]
    if not there:
        raise NotApplicable
    for variant in there:
        yield from each(_of, variant, configuration)


def _of(variant: Block, configuration: Subject) -> Iterator[Said]:
    row = hosted(variant)
    if row is None or not row.hosting or variant.has("capacityReservationConfig.mlReservationArn"):
        return
    region = configuration.target("region")
    if region not in row.hosting_regions:
        where = f"in {region}, but in {', '.join(row.hosting_regions)}" if row.hosting_regions else "in any region"
        yield fail(variant, f"{row.name} had no price for hosting {where} on {row.as_of}", at="instanceType")
