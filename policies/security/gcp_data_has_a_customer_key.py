"""Data in Google Cloud is encrypted with a key of Cloud KMS that the customer holds."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Block, Subject

RULE = Rule(
    title="data in Google Cloud is encrypted with a key of Cloud KMS that the customer holds",
    level="off",
    why="Only a key of one's own can be taken away, and shows in audit logs who used it.",
    fix="name a key of Cloud KMS in the same region",
    references=(
        "Compute Engine API v1 revision 20261106: CustomerEncryptionKey.kmsKeyName",
        "Cloud TPU API v2 revision 20261001: BootDiskConfig.customerEncryptionKey, which pulumi_gcp 10.2.0 cannot say",
    ),
)
BUCKET = "gcp:storage/bucket:Bucket"
DISKS = ("gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk")
INSTANCE = "gcp:compute/instance:Instance"
TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
NODE_POOL = "gcp:container/nodePool:NodePool"
TPU_VM = "gcp:tpu/v2Vm:V2Vm"


@RULE.resource(BUCKET, *DISKS, INSTANCE, *TEMPLATES, NODE_POOL, TPU_VM)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == TPU_VM:
        said = f"the boot disk of {subject.name} can have no key of yours"
        yield fail(subject, said, fix="make the slice on Compute Engine or GKE, whose boot disks can")
    elif subject.type == BUCKET:
        yield from _key(subject, "encryption.defaultKmsKeyName", "the bucket")
    elif subject.type in DISKS:
        yield from _key(subject, "diskEncryptionKey.kmsKeySelfLink", "the disk")
    elif subject.type == NODE_POOL:
        yield from _key(subject, "nodeConfig.bootDiskKmsKey", "the boot disk of the nodes")
    elif subject.type == INSTANCE:
        yield from _key(subject, "bootDisk.kmsKeySelfLink", "the boot disk")
    else:
        for disk in subject.blocks("disks"):
            if not disk.has("source"):  # an existing disk has its own
                yield from _key(disk, "diskEncryptionKey.kmsKeySelfLink", "a disk of the machines")


def _key(block: Block, at: str, what: str) -> Iterator[Said]:
    if not block.has(at):
        yield fail(block, f"{what} is encrypted with Google's own key", at=at)
