"""No credential is in the metadata of a machine of Google Cloud, or in its start-up script."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.model.values import Secret, Unknown

from ..credentials import credential_in, in_variables
from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Block, Subject

RULE = Rule(
    title="no credential is in the metadata of a machine of Google Cloud, or in its start-up script",
    level="mandatory",
    why="Every program on the machine reads metadata without a password, as everybody who may view the project does.",
    fix="put it into Secret Manager, and let the machine's service account read it at start",
    references=("https://cloud.google.com/compute/docs/access/create-enable-service-accounts-for-instances",),
)
MACHINES = (
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:compute/projectMetadata:ProjectMetadata",
    "gcp:tpu/v2Vm:V2Vm",
)
ITEM = "gcp:compute/projectMetadataItem:ProjectMetadataItem"
NODE_POOL = "gcp:container/nodePool:NodePool"
SCRIPT = "metadataStartupScript"


@RULE.resource(*MACHINES, ITEM, NODE_POOL)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == ITEM:
        yield from _text(subject, "value", f"`{subject.text('key')}` of the project's metadata")
        return
    block: Block = subject.block("nodeConfig") if subject.type == NODE_POOL else subject
    if not block.has("metadata") and not block.has(SCRIPT):
        raise NotApplicable
    yield from in_variables(block, "metadata", "on the machine")
    if block.has(SCRIPT):
        yield from _text(block, SCRIPT, "the start-up script")


def _text(block: Block, at: str, what: str) -> Iterator[Said]:
    value = block.raw(at)
    if isinstance(value, Secret):
        yield cannot_decide(block, f"what the secret in {what} is", at=at)
    elif isinstance(value, Unknown):
        yield cannot_decide(block, f"what {what} says", at=at)
    elif kind := credential_in(str(value)):
        yield fail(block, f"{what} holds {kind}", at=at)
