"""A stack that stands on one vendor's chips says why."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import World
from ._accelerators import used
from ._purpose import has_reason

RULE = Rule(
    title="a stack on one vendor's chips records why",
    level="off",  # for production, where an organization asks for it
    why="Compilers, kernels and containers bind a stack to the chips that it was written for; if nobody knows why they "
    "were chosen, nobody can say when others would be cheaper.",
    fix="record the reason in the tag `accelerator-reason`: price, availability, a kernel that needs it",
    references=(
        "https://docs.aws.amazon.com/dlami/latest/devguide/inferentia.html",
        "https://awsdocs-neuron.readthedocs-hosted.com/en/v2.9.1/general/arch/model-architecture-fit.html",
    ),
)
REASON = "accelerator-reason"
VENDORS = {"aws-neuron": "AWS", "nvidia": "NVIDIA", "google": "Google"}


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    if has_reason(world, REASON):
        return
    them = used(world)
    vendors = {one.vendor for one in them}
    if not vendors:
        raise NotApplicable
    if len(vendors) == 1:
        chips = ", ".join(sorted({one.chip for one in them}))
        words = f"all accelerators are {VENDORS[vendors.pop()]}'s ({chips}), and no tag says why"
        yield fail(them[0].subject, words)
