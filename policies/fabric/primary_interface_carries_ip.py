"""A machine's first network interface carries IP traffic."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import TEMPLATE, Launch, launches_from, unsure_template
from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Subject
from ._interfaces import CARDS_GUIDE

RULE = Rule(
    title="the interface on network card 0, device 0 is there and is no efa-only one",
    level="mandatory",
    why="EC2 refuses to launch a machine whose primary interface is missing or cannot have an address.",
    fix="make the interface on network card 0, device 0 a plain `interface`, or `efa`",
    references=(CARDS_GUIDE, "https://github.com/aws/libfabric/issues/6"),
)


@RULE.graph(TEMPLATE)
def check(template: Subject) -> Iterator[Said]:
    interfaces = template.blocks("networkInterfaces")
    if not interfaces:
        raise NotApplicable
    for one in interfaces:
        if one.number("networkCardIndex") == one.number("deviceIndex") == 0:
            if not one.has("networkInterfaceId") and one.text("interfaceType") == "efa-only":
                yield fail(one, "the primary interface is efa-only, which has no address", at="interfaceType")
            return
    launched = launches_from(template)
    if not all(_adds_it(launch) for launch in launched):
        yield fail(template, "no interface is on network card 0, device 0", at="networkInterfaces")
    elif not launched and (doubt := unsure_template(template.world)):
        yield cannot_decide(template, doubt, at="networkInterfaces")


def _adds_it(launch: Launch) -> bool:
    return launch.own.has("primaryNetworkInterface") or launch.own.has("networkInterfaces")
