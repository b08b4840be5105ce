"""What holds data is protected from being deleted by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="what holds data cannot be deleted by mistake",
    level="advisory",
    why="A renamed step, a changed argument that replaces, or `destroy` on the wrong stack deletes it, and the data "
    "does not come back.",
    fix="add `options: {protect: true}` to the step",
    references=(
        "https://github.com/aws/aws-parallelcluster/issues/4651",
        "https://github.com/hashicorp/terraform-provider-aws/issues/17183",
    ),
)

# Data of its own that nobody can write again; a log group or an image is not that
TYPES = (
    "aws:ebs/volume:Volume",
    "aws:efs/fileSystem:FileSystem",
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
    "aws:s3/bucket:Bucket",
    "gcp:compute/disk:Disk",
    "gcp:filestore/instance:Instance",
    "gcp:lustre/instance:Instance",
    "gcp:parallelstore/instance:Instance",
    "gcp:storage/bucket:Bucket",
)
BUCKETS = ("aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket")


@RULE.resource(*TYPES)
def check(subject: Subject) -> Iterator[Said]:
    options = subject.resource.options
    if options.protect or options.retain_on_delete or _keeps_itself(subject):
        return
    yield fail(subject, "nothing keeps its data when it is deleted")


def _keeps_itself(subject: Subject) -> bool:
    """The cloud deletes no bucket that holds something, and keeps a copy of a file system where it is told to."""
    if subject.type in BUCKETS:
        return not subject.flag("forceDestroy")
    if subject.type == "aws:ebs/volume:Volume":
        return subject.flag("finalSnapshot")
    if subject.type == "aws:fsx/lustreFileSystem:LustreFileSystem":
        if subject.text("deploymentType", "SCRATCH_1").startswith("SCRATCH"):
            return True  # for data that is elsewhere, too
        return subject.has("skipFinalBackup") and not subject.flag("skipFinalBackup")
    return subject.flag("deletionProtectionEnabled") or subject.flag("createSnapshotBeforeDestroy")
