"""EBS volumes are encrypted: those of machines and those that stand by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import CONFIGURATION, INSTANCE, SPOT_INSTANCE, TEMPLATE, launch_of
from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject

VOLUME = "aws:ebs/volume:Volume"
BY_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"

RULE = Rule(
    title="EBS volumes are encrypted",
    level="mandatory",
    why="A volume or snapshot in plain text is read by whoever gets it, and encrypting it later means a copy.",
    fix="set encrypted: true on the volume, or turn it on for the account with aws.ebs.EncryptionByDefault",
    references=(
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
        "AWS Security Hub controls EC2.3 and EC2.7",
    ),
)


@RULE.graph(TEMPLATE, CONFIGURATION, INSTANCE, SPOT_INSTANCE, VOLUME)
def check(subject: Subject) -> Iterator[Said]:
    if _is_default(subject):
        return
    if subject.type == VOLUME:
        yield from _volume(subject, "the volume")
    elif subject.type == TEMPLATE:
        yield from each(_of_template, subject)
    else:
        yield from each(_of_machine, subject)


def _of_template(template: Subject) -> Iterator[Said]:
    mappings = [one for one in template.blocks("blockDeviceMappings") if one.has("ebs")]
    if not mappings:
        yield fail(template, "nothing says that its root volume is encrypted", at="blockDeviceMappings")
    for one in mappings:
        yield from each(_mapped, one)


def _mapped(mapping: Block) -> Iterator[Said]:
    yield from _volume(mapping.block("ebs"), f"the volume {mapping.text('deviceName')}")


def _of_machine(machine: Subject) -> Iterator[Said]:
    if machine.has("rootBlockDevice"):
        yield from each(_volume, machine.block("rootBlockDevice"), "the root volume")
    elif machine.has("launchTemplate"):
        launch_of(machine).holder("blockDeviceMappings")  # asked itself; one of somebody else cannot be looked into
    else:
        yield fail(machine, "nothing says that its root volume is encrypted", at="rootBlockDevice")
    for one in machine.blocks("ebsBlockDevices"):
        if one.raw("noDevice") is not True:
            yield from each(_volume, one, f"the volume {one.text('deviceName')}")


def _volume(block: Block, what: str) -> Iterator[Said]:
    if block.flag("encrypted"):
        return
    if not block.has("encrypted") and block.has("snapshotId"):
        yield cannot_decide(block, f"whether the snapshot of {what} is encrypted", at="snapshotId")
    else:
        yield fail(block, f"{what} is not encrypted", at="encrypted")


def _is_default(subject: Subject) -> bool:
    return any(
        one.flag("enabled", True)
        for one in subject.world.of_type(BY_DEFAULT)
        if one.resource.provider == subject.resource.provider and one.raw("region") == subject.raw("region")
    )
