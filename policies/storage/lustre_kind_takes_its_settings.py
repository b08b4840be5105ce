"""An FSx for Lustre file system has only settings that its deployment type takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Subject
from ._lustre import SYSTEM, deployment_of, storage_of

RULE = Rule(
    title="an FSx for Lustre file system has settings that its kind takes",
    level="mandatory",
    why="FSx refuses keys and backups of scratch file systems, and metadata servers and EFA of all but PERSISTENT_2.",
    fix="leave the setting out, or take another `deploymentType`",
    references=("https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",),
)


@RULE.resource(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    for part in (_of_scratch, _of_newest, _of_disks, _metadata, _version):
        yield from each(part, system)


def _of_scratch(system: Subject) -> Iterator[Said]:
    given = [one for one in ("kmsKeyId", "automaticBackupRetentionDays") if system.has(one)]
    if given and deployment_of(system).startswith("SCRATCH"):
        for name in given:
            if name == "kmsKeyId" or system.number(name) > 0:
                yield fail(system, f"a {deployment_of(system)} file system takes no `{name}`", at=name)


def _of_newest(system: Subject) -> Iterator[Said]:
    names = [one for one in ("metadataConfiguration", "efaEnabled") if system.has(one)]
    if not names or deployment_of(system) == "PERSISTENT_2":
        return
    for name in names:
        if name != "efaEnabled" or system.flag(name):
            yield fail(system, f"a {deployment_of(system)} file system takes no `{name}`", at=name)


def _of_disks(system: Subject) -> Iterator[Said]:
    storage = storage_of(system)
    if storage == "HDD" and not system.has("driveCacheType"):
        fix = "set `driveCacheType` to NONE or READ"
        yield fail(system, "an HDD file system says nothing of its cache", at="driveCacheType", fix=fix)
    elif storage != "HDD" and system.has("driveCacheType"):
        yield fail(system, f"a file system of {storage} takes no `driveCacheType`", at="driveCacheType")
    if (storage == "INTELLIGENT_TIERING") != system.has("dataReadCacheConfiguration"):
        has = "needs a" if storage == "INTELLIGENT_TIERING" else "takes no"
        name = "dataReadCacheConfiguration"
        yield fail(system, f"a file system of {storage} {has} `{name}`", at=name)


def _metadata(system: Subject) -> Iterator[Said]:
    """botocore fsx, CreateFileSystemLustreMetadataConfiguration."""
    tiered = storage_of(system) == "INTELLIGENT_TIERING"
    at = "metadataConfiguration"
    if not system.has(at):
        needed = "INTELLIGENT_TIERING" if tiered else "EFA" if system.flag("efaEnabled") else ""
        if needed:
            yield fail(system, f"a file system with {needed} needs a `{at}`", at=at, fix=f"set `{at}`")
        return
    block = system.block(at)
    mode = block.text("mode")
    if tiered and mode == "AUTOMATIC":
        yield fail(block, "INTELLIGENT_TIERING takes only USER_PROVISIONED metadata", at="mode")
    if mode == "USER_PROVISIONED" and not block.has("iops"):
        yield fail(block, "USER_PROVISIONED metadata needs its `iops`", at="iops", fix="set `iops`")
    elif mode == "AUTOMATIC" and block.has("iops"):
        yield fail(block, "AUTOMATIC metadata takes no `iops`", at="iops")


def _version(system: Subject) -> Iterator[Said]:
    """botocore fsx, CreateFileSystemRequest.FileSystemTypeVersion."""
    at = "fileSystemTypeVersion"
    if not system.has(at):
        return
    version = system.text(at)
    if version == "2.10" and deployment_of(system) == "PERSISTENT_2":
        yield fail(system, "a PERSISTENT_2 file system takes no Lustre 2.10", at=at, fix="take 2.15")
    elif version in ("2.10", "2.12") and system.has("metadataConfiguration"):
        what = f"a file system with `metadataConfiguration` takes no Lustre {version}"
        yield fail(system, what, at=at, fix="take 2.15")
