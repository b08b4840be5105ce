"""Everything is made in regions that the stack file allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from ultrastack.catalog import resource_type

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject, World

# Services of AWS without a region of their own; what they keep is in no region that could be chosen.
GLOBAL = (
    "iam",
    "budgets",
    "costexplorer",
    "ce",
    "route53",
    "cloudfront",
    "organizations",
    "globalaccelerator",
    "shield",
)
# Multi-regions of Google -> how the names of their regions begin
PARTS = {"us": "us-", "eu": "europe-", "asia": "asia-"}

RULE = Rule(
    title="data stays in the regions that the stack file allows",
    level="mandatory",
    why="Contracts and laws say where data may be, and a copy elsewhere cannot be called back.",
    fix="make it in one of them, or add the region to policy.allowed_regions",
    references=("https://docs.aws.amazon.com/controltower/latest/controlreference/data-residency-controls.html",),
)


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    allowed = world.file.allowed_regions if world.file is not None else ()
    if not allowed:
        raise NotApplicable
    outside: dict[str, list[Subject]] = {}
    unsaid: dict[str, Undecided] = {}  # by provider, or by a pair of regions of Google's
    for subject in world.subjects:
        try:
            region = _region(subject)
        except Undecided as e:
            unsaid.setdefault(subject.resource.provider, e)
            continue
        if region and "-" not in region and region not in PARTS:
            unsaid.setdefault(
                region, Undecided(f"the regions of {region}, where {subject.name} is", subject, "location")
            )
        elif region and not _is_allowed(region, allowed):
            outside.setdefault(region, []).append(subject)
    for region, them in outside.items():
        others = f" and {len(them) - 1} more" if len(them) > 1 else ""
        verb = "are" if len(them) > 1 else "is"
        yield fail(them[0], f"{them[0].name}{others} {verb} in {region}, and allowed is {', '.join(allowed)}")
    for one in unsaid.values():
        yield one.said


def _region(subject: Subject) -> str:
    """ "" for what has none. Raises Undecided."""
    cloud, _, rest = subject.type.partition(":")
    if cloud == "aws":
        return "" if rest.partition("/")[0] in GLOBAL else subject.target("region")
    if cloud != "gcp":
        return ""
    known = resource_type(subject.type)
    for name in ("location", "zone", "region"):
        if subject.has(name):
            return _of_google(subject.text(name), name)
        if name != "location" and known is not None and name in known.properties():
            return _of_google(subject.target(name), name)
    return ""


def _of_google(value: str, name: str) -> str:
    place = value.rpartition("/")[2].lower()
    is_zone = name == "zone" or place.count("-") == 2
    return place.rpartition("-")[0] if is_zone else "" if place == "global" else place


def _is_allowed(region: str, allowed: Sequence[str]) -> bool:
    if any(fnmatchcase(region, pattern) for pattern in allowed):
        return True
    beginning = PARTS.get(region)  # all of a multi-region
    return beginning is not None and f"{beginning}*" in allowed
