"""An endpoint configuration has no name of its own, or one that changes with its content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._endpoints import CONFIGURATION

RULE = Rule(
    title="an endpoint configuration has no fixed name",
    level="mandatory",
    why="A configuration cannot be changed: each change makes a new one, and a fixed name is still taken by the old "
    "one, or leaves the endpoint without any.",
    fix="remove `name`, use `namePrefix`, or put a hash of the content into the name",
    references=(
        "https://github.com/hashicorp/terraform-provider-aws/issues/21811",
        "https://github.com/hashicorp/terraform-provider-aws/issues/40048",
        "https://github.com/hashicorp/terraform-provider-aws/pull/48993",
    ),
)

# Pulumi's own names end in seven hex digits; in the middle there has to be a digit, since `facade` is a word
HASH = re.compile(r"(?:^|-)(?=[a-f]*[0-9])[0-9a-f]{6,}(?:-|$)|-[0-9a-f]{7,}$")


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    name = configuration.text("name")
    if name and not HASH.search(name.lower()):
        yield fail(configuration, f"the configuration is always called {name}", at="name")
