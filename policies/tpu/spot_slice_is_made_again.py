"""A spot TPU slice that was taken can be made again by an `up`."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._slices import GROUPS, TPU_VM, machine_of_group, machine_purchase, node_purchase, templates_of

RULE = Rule(
    title="a spot TPU slice that was taken can be made again by an `up`",
    level="advisory",
    why="Nothing makes a TPU VM or a slice of several machines again after it was taken, and Pulumi sees no change; "
    "long runs lose their slice dozens of times.",
    fix="give it a replacement trigger, or a number in a label that you raise, and keep checkpoints elsewhere",
    references=(
        "https://github.com/skypilot-org/skypilot/pull/1500",
        "https://github.com/hashicorp/terraform-provider-google/issues/21243",
    ),
)


@RULE.graph(TPU_VM, *GROUPS)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == TPU_VM:
        spot = node_purchase(subject) == "spot"
    else:
        machine_of_group(subject)
        several = subject.has("resourcePolicies") and subject.number("targetSize") > 1
        spot = several and any(machine_purchase(template) == "spot" for template in templates_of(subject))
    if not spot:
        raise NotApplicable
    options = subject.resource.options
    if options.replacement_trigger is None and not options.replace_on_changes:
        at = "schedulingConfig" if subject.type == TPU_VM else "versions"
        yield fail(subject, f"nothing can make {subject.name} again once its spot machines were taken", at=at)
