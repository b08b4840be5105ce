"""The public parameter that holds a machine's image exists in the region."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._images import BY_PARAMETER, row_of

RULE = Rule(
    title="a machine's image is published in the region",
    level="mandatory",
    why="A launch looks the image up in its own region; where AWS does not publish it, no machine starts.",
    fix="copy an image into the region and name it by its id (ami-...)",
    references=("https://awsdocs-neuron.readthedocs-hosted.com/en/latest/deploy/environments/dlami.html",),
)


@RULE.resource(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    given = template.text("imageId")
    row = row_of(given.removeprefix(BY_PARAMETER)) if given.startswith(BY_PARAMETER) else None
    if row is None:
        raise NotApplicable
    if row.missing_in and (region := template.target("region")) in row.missing_in:
        yield fail(template, f"{row.parameter} does not exist in {region}", at="imageId")
