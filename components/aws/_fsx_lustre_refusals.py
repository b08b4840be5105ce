"""Which arguments of a Lustre file system can the API never accept together?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..names import twins
from ..refusals import Wrong

FsxLustreArgs = Any  # its module imports this one


def impossible(args: FsxLustreArgs) -> Iterator[Wrong]:
    """Said in botocore's model of fsx, CreateFileSystemLustreConfiguration, where no other source is named."""
    yield from _throughput_and_size(args)
    yield from _deployment(args)
    yield from _others(args)
    yield from _groups(args)


def _throughput_and_size(args: FsxLustreArgs) -> Iterator[Wrong]:
    tiered = args.storage_type == "INTELLIGENT_TIERING"
    if args.throughput_mbps_per_tib is not None:
        if not args.persistent:
            why = f"cannot be chosen for {args.deployment_type}, whose throughput is fixed; fix: remove it"
            yield Wrong("throughput_mbps_per_tib", why)
        elif tiered:
            why = "cannot go with INTELLIGENT_TIERING; fix: use throughput_capacity_mbps"
            yield Wrong("throughput_mbps_per_tib", why)
    elif args.persistent and not tiered:
        yield Wrong("throughput_mbps_per_tib")
    for name in ("throughput_capacity_mbps", "read_cache"):
        if tiered and getattr(args, name) is None:
            yield Wrong(name)
        elif not tiered and getattr(args, name) is not None:
            yield Wrong(name, f"cannot go with storage_type {args.storage_type}; fix: remove it")
    if tiered and args.storage_capacity_gib is not None:
        yield Wrong("storage_capacity_gib", "cannot go with INTELLIGENT_TIERING, which grows by itself; fix: remove it")
    elif not tiered and args.storage_capacity_gib is None and args.backup_id is None:
        yield Wrong("storage_capacity_gib")


def _deployment(args: FsxLustreArgs) -> Iterator[Wrong]:
    deployment = args.deployment_type
    if args.storage_type == "HDD" and deployment != "PERSISTENT_1":
        yield Wrong("storage_type", f"cannot go with {deployment}; fix: write deployment_type: PERSISTENT_1")
    if args.storage_type == "INTELLIGENT_TIERING" and deployment != "PERSISTENT_2":
        yield Wrong("storage_type", f"cannot go with {deployment}; fix: write deployment_type: PERSISTENT_2")
    newest = [name for name in ("metadata", "efa_enabled") if getattr(args, name) and deployment != "PERSISTENT_2"]
    kept = [name for name in ("kms_key_id", "backups") if getattr(args, name) is not None and not args.persistent]
    for name in newest + kept:
        yield Wrong(name, f"cannot go with {deployment}; fix: remove it, or write deployment_type: PERSISTENT_2")
    if deployment == "SCRATCH_1" and args.data_repository_associations:
        yield Wrong("data_repository_associations", "cannot go with SCRATCH_1; fix: write deployment_type: SCRATCH_2")


def _others(args: FsxLustreArgs) -> Iterator[Wrong]:
    if args.storage_type == "HDD" and args.drive_cache_type is None:
        yield Wrong("drive_cache_type")
    if args.storage_type != "HDD" and args.drive_cache_type is not None:
        yield Wrong("drive_cache_type", f"cannot go with storage_type {args.storage_type}; fix: remove it")
    mode = args.metadata.mode if args.metadata else None
    if mode is None and (args.storage_type == "INTELLIGENT_TIERING" or args.efa_enabled):
        yield Wrong("metadata")
    elif mode == "AUTOMATIC" and args.storage_type == "INTELLIGENT_TIERING":
        yield Wrong(
            "metadata", "must be USER_PROVISIONED for INTELLIGENT_TIERING; fix: {mode: USER_PROVISIONED, iops: ...}"
        )
    if args.lustre_version == "2.10" and args.deployment_type == "PERSISTENT_2":
        yield Wrong("lustre_version", "cannot go with PERSISTENT_2; fix: remove it, 2.15 is the default")
    elif args.lustre_version != "2.15" and mode is not None:
        yield Wrong("lustre_version", "cannot go with metadata; fix: remove it, 2.15 is the default")
    days = args.backups.retention_days if args.backups else 0
    if args.data_repository_associations and isinstance(days, int) and days > 0:
        # FSx DeleteFileSystem: "Backups cannot be enabled on S3-linked file systems"
        yield Wrong("backups", "cannot be made of a file system with links to S3; fix: remove backups, or the links")


def _groups(args: FsxLustreArgs) -> Iterator[Wrong]:
    if same := twins({name: group for name, group in args.client_security_group_ids.items() if isinstance(group, str)}):
        yield Wrong("client_security_group_ids", f"has the same group as {same[0]} and {same[1]}; fix: remove one")
    if args.security_group_ids is not None:
        given = ["client_security_group_ids"] * bool(args.client_security_group_ids)
        given += ["vpc_id"] * (args.vpc_id is not None)
        for name in given:
            yield Wrong(
                name, "cannot go with security_group_ids, which have rules of their own; fix: remove one of them"
            )
