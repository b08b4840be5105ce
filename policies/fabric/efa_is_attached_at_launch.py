"""An EFA interface is part of the launch, and not attached to a running machine."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import NETWORK_INTERFACE
from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._interfaces import EFA, EFA_GUIDE

RULE = Rule(
    title="EFA interfaces are attached at launch",
    level="mandatory",
    why="EC2 attaches an EFA only at launch or to a stopped machine, and refuses it on a running one.",
    fix="write the interface into the launch template's `networkInterfaces`",
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-efa.html", EFA_GUIDE),
)
ATTACHMENT = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"


@RULE.graph(ATTACHMENT, NETWORK_INTERFACE)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == NETWORK_INTERFACE:
        if not subject.has("attachments"):
            raise NotApplicable
        interface, at = subject, "attachments"
    else:
        made = subject.world.made(subject, "networkInterfaceId", NETWORK_INTERFACE)
        if made is None:
            raise NotApplicable
        interface, at = made, "networkInterfaceId"
    if (kind := interface.text("interfaceType")) in EFA:
        yield fail(subject, f"{interface.name} is of type {kind}, and is attached after the launch", at=at)
