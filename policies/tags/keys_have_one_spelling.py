"""One tag has one key, in one spelling."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject, World
from ._tags import each_mapping, plain

RULE = Rule(
    title="a tag's key has one spelling in a stack",
    level="advisory",
    why="To a bill `Owner`, `owner` and `cost_center`, `cost-center` are different keys: a report by one of them "
    "misses what carries the other.",
    fix="write it everywhere as on most resources",
    references=("https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",),
)

NAMES = {"aws": ("tags", "volumeTags"), "gcp": ("labels", "resourceLabels")}
OTHERS = ("gcp:monitoring/",)  # whose `labels` are something else


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    """By cloud: a label of Google's cannot be written as a tag of AWS may be."""
    seen = False
    for cloud, names in NAMES.items():
        spelt: dict[str, dict[str, list[tuple[Subject, str]]]] = {}
        for subject in world.subjects:
            if not subject.type.startswith(f"{cloud}:") or subject.type.startswith(OTHERS):
                continue
            for place, tags in each_mapping(subject, names):
                for key in tags:
                    seen = True
                    spelt.setdefault(plain(key) or key, {}).setdefault(key, []).append((subject, place))
        for ways in spelt.values():
            yield from _of_ways(ways)
    if not seen:
        raise NotApplicable


def _of_ways(ways: dict[str, list[tuple[Subject, str]]]) -> Iterator[Said]:
    usual, *others = sorted(ways, key=lambda key: (-len(ways[key]), key))
    for key in others:
        subject, place = ways[key][0]
        more = f" and on {len(ways[key]) - 1} more" if len(ways[key]) > 1 else ""
        message = f"the key is '{key}' here{more}, and '{usual}' on {ways[usual][0][0].name}"
        yield fail(subject, message, at=place, fix=f"write '{usual}'")
