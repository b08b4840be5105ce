"""Tags on AWS are as many and as long as AWS takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._tags import each_mapping

RULE = Rule(
    title="tags are such that AWS takes them",
    level="mandatory",
    why="A tag that AWS refuses stops `up` at this resource, after those before it have been made.",
    fix="shorten it, or use another key",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Tag.html",
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_Tag.html",
    ),
)

# botocore 1.44.5: TagKey of fsx 128, Tag of ec2 127 in its words; 50 tags of a resource in both
KEY, KEY_OF_EC2, VALUE, MOST = 128, 127, 256, 50


@RULE.resource("*")
def check(subject: Subject) -> Iterator[Said]:
    if not subject.type.startswith("aws:") or subject.resource.kind != "custom":
        raise NotApplicable
    longest = KEY_OF_EC2 if subject.type.startswith("aws:ec2/") else KEY
    seen = False
    for place, tags in each_mapping(subject, ("tags", "volumeTags")):
        seen = True
        yield from _of_mapping(subject, place, tags, longest)
    if not seen and not subject.has("tags"):
        raise NotApplicable


def _of_mapping(subject: Subject, place: str, tags: Mapping[str, Any], longest: int) -> Iterator[Said]:
    if len(tags) > MOST:
        fix = f"take {len(tags) - MOST} away"
        yield fail(subject, f"{len(tags)} tags, and AWS takes {MOST} on a resource", at=place, fix=fix)
    for key, value in tags.items():
        if key.casefold().startswith("aws:"):
            yield fail(subject, f"the tag '{key}' begins with 'aws:', which is AWS's own", at=place)
        if not 1 <= len(key) <= longest:
            yield fail(subject, f"a tag's key of {len(key)} characters; AWS takes 1 to {longest}", at=place)
        if isinstance(value, str) and len(value) > VALUE:
            said = f"the tag '{key[:40]}' has {len(value)} characters; AWS takes at most {VALUE}"
            yield fail(subject, said, at=place)
