"""Network interfaces are deleted with their machine."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="network interfaces are deleted with their machine",
    level="advisory",  # somebody may want to keep an address
    why="Each machine that ends leaves its interfaces, until the subnet has no address or the account no quota left.",
    fix='write `deleteOnTermination: "true"`',
    references=(
        "https://github.com/hashicorp/terraform-provider-aws/issues/6080",
        "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/257",
    ),
)


@RULE.resource(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    interfaces = template.blocks("networkInterfaces")
    if not interfaces:
        raise NotApplicable
    kept = [one for one in interfaces if one.has("deleteOnTermination") and not one.flag("deleteOnTermination")]
    if kept:
        words = f"{len(kept)} of {len(interfaces)} interfaces stay when a machine ends"
        yield fail(kept[0], words, at="deleteOnTermination")
