"""Resources that a loop names by number keep their numbers when one of them goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ultrastack.model.values import Unknown

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject, SubjectChange, World

RULE = Rule(
    title="what a loop makes keeps its name when an entry goes",
    level="advisory",
    why="With names by number each later entry takes over its neighbour's resource, and all of them are changed.",
    fix="name what the loop makes after something of its own, and say `formerly` for the old names",
    references=("https://www.pulumi.com/docs/iac/concepts/resources/names/",),
)

NUMBER = re.compile(r"(?<![0-9A-Za-z])\d+(?![0-9A-Za-z])")
OWN = {"tags", "tagsAll", "labels", "name", "description"}  # may hold the resource's own name
Stem = tuple[str, str, str, str]


@RULE.change("*")
def check(change: SubjectChange) -> Iterator[Said]:
    old, new = change.old, change.new
    if old is None or new is None:
        raise NotApplicable
    if any(isinstance(one.new, Unknown) for one in change.change.properties):
        raise NotApplicable  # nobody knows whose value it takes
    changed = {re.split(r"[.\[]", one.path)[0] for one in change.change.properties} - OWN
    siblings = [one for stem, number in _stems(new) for one in _others(old.world, stem, number)]
    if not changed or not siblings:
        raise NotApplicable
    for sibling in siblings:
        if all(new.knows(name) and new.has(name) and new.raw(name) == sibling.raw(name) for name in changed):
            what = ", ".join(f"`{name}`" for name in sorted(changed))
            yield fail(new, f"{new.name} takes over {what} of {sibling.name}", at=min(changed))
            return


def _others(world: World, stem: Stem, number: int) -> list[Subject]:
    return [one for other, one in sorted(world.once(_numbered).get(stem, {}).items()) if other != number]


def _numbered(world: World) -> Mapping[Stem, Mapping[int, Subject]]:
    found: dict[Stem, dict[int, Subject]] = {}
    for one in world.subjects:
        for stem, number in _stems(one):
            found.setdefault(stem, {})[number] = one
    return found


def _stems(subject: Subject) -> Iterator[tuple[Stem, int]]:
    """Any number that stands as a word may be the loop's: nodes-1, data-1-file-system, pool-0-node-1."""
    parent = subject.resource.parent.rpartition("::")[0]
    for found in NUMBER.finditer(subject.name):
        yield (subject.type, parent, subject.name[: found.start()], subject.name[found.end() :]), int(found[0])
