"""Every input has a value that its cloud's own API describes."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import constraints_of, input_complaints

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="every input is one that the cloud takes",
    level="mandatory",
    why="The cloud refuses the request, after what stands before it has been made.",
    fix="use a value that the message names",
    references=(
        "https://github.com/boto/botocore",
        "https://developers.google.com/discovery",
        "https://github.com/aws-cloudformation/cfn-lint",
    ),
)


@RULE.resource("*")
def check(subject: Subject) -> Iterator[Said]:
    if subject.resource.kind != "custom" or not constraints_of(subject.type):
        raise NotApplicable
    for place, complaint in input_complaints(subject.type, subject.values):
        yield fail(subject, f"`{place}`: {complaint}", at=place)
