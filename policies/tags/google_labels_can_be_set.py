"""Labels on Google Cloud have the form that Google takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._tags import each_mapping

RULE = Rule(
    title="labels are such that Google Cloud takes them",
    level="mandatory",
    why="A label that Google Cloud refuses stops `up` at this resource, after those before it have been made.",
    fix="use lower case, digits, - and _, and begin a key with a letter",
    references=("https://cloud.google.com/compute/docs/labeling-resources",),
)

LONGEST, MOST = 63, 64
NAMES = ("labels", "resourceLabels", "userLabels")
OTHERS = ("gcp:monitoring/",)  # whose `labels` are something else


@RULE.resource("*")
def check(subject: Subject) -> Iterator[Said]:
    if not subject.type.startswith("gcp:") or subject.resource.kind != "custom" or subject.type.startswith(OTHERS):
        raise NotApplicable
    seen = False
    for place, labels in each_mapping(subject, NAMES):
        seen = True
        if len(labels) > MOST:
            fix = f"take {len(labels) - MOST} away"
            yield fail(subject, f"{len(labels)} labels, and Google takes {MOST}", at=place, fix=fix)
        for key, value in labels.items():
            yield from _of_label(subject, place, key, value)
    if not seen and not any(subject.has(name) for name in NAMES):
        raise NotApplicable


def _of_label(subject: Subject, place: str, key: str, value: object) -> Iterator[Said]:
    if not _takes(key) or not key[:1].isalpha():
        yield fail(subject, f"'{key}' is no key of a label", at=place)
    elif key.startswith("goog-"):
        yield fail(
            subject, f"the label '{key}' begins with 'goog-', which is Google's own", at=place, fix="another key"
        )
    if isinstance(value, str) and not _takes(value):
        yield fail(subject, f"'{value[:70]}' is no value of the label '{key}'", at=place)


def _takes(text: str) -> bool:
    """Lower case of any alphabet."""
    return len(text) <= LONGEST and text == text.lower() and re.fullmatch(r"[\w-]*", text) is not None
