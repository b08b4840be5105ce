"""People log in to machines of Google Cloud by OS Login, not with SSH keys in metadata."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.values import Secret, Unknown

from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Block, Subject

RULE = Rule(
    title="people log in to machines of Google Cloud by OS Login, not with SSH keys in metadata",
    level="advisory",
    why="A key in metadata stays when a person leaves, and one of the project opens all its machines.",
    fix="write enable-oslogin: TRUE in the metadata, and give people roles/compute.osLogin",
    references=("https://cloud.google.com/compute/docs/instances/managing-instance-access",),
)
ITEM = "gcp:compute/projectMetadataItem:ProjectMetadataItem"
PROJECT = "gcp:compute/projectMetadata:ProjectMetadata"
MACHINES = (
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:tpu/v2Vm:V2Vm",
)
KEYS = ("ssh-keys", "sshKeys")


@RULE.resource(*MACHINES, PROJECT, ITEM)
def check(subject: Subject) -> Iterator[Said]:
    whose = "of the project" if subject.type in (PROJECT, ITEM) else f"of {subject.name}"
    if subject.type == ITEM:
        key = subject.text("key")
        if key not in (*KEYS, "enable-oslogin"):
            raise NotApplicable
        yield from _says(subject, "value", key, whose)
        return
    if not subject.has("metadata"):
        raise NotApplicable
    metadata = subject.block("metadata")
    for key in metadata.values:
        if key in (*KEYS, "enable-oslogin"):
            yield from _says(metadata, key, key, whose)


def _says(block: Block, at: str, key: str, whose: str) -> Iterator[Said]:
    value = block.raw(at)
    if key in KEYS:
        if value not in (None, ""):
            yield fail(block, f"SSH keys are in the metadata {whose}", at=at)
    elif isinstance(value, (Unknown, Secret)):
        yield cannot_decide(block, f"whether OS Login is on in the metadata {whose}", at=at)
    elif not block.flag(at):
        yield fail(block, f"OS Login is turned off in the metadata {whose}", at=at)
