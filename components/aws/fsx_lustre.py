"""A Lustre file system with its S3 links and the security group that lets its clients in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ultrastack.catalog import lustre_tiers

from .. import component
from ..component import Component, Input
from ..names import Like, RuleName
from ..refusals import refuse
from ._fsx_lustre_parts import (
    Backups,
    DataRepositoryAssociation,
    Logs,
    Metadata,
    Positive,
    ReadCache,
    RootSquash,
    Time,
    apart,
)
from ._fsx_lustre_refusals import impossible
from ._lustre_rules import lustre_rules


def _named(groups: Any) -> Any:
    """A list of one is the common case. Of several, each needs a name: rules named by their place in a list would all
    be rewritten when the first one goes, and EC2 refuses a rule whose twin has not been deleted yet."""
    if not isinstance(groups, list):
        return groups
    if len(groups) > 1:
        raise ValueError("has several groups, which need names; fix: write {training: sg-..., login: sg-...}")
    return dict(zip(["nodes"], groups, strict=False))


class FsxLustreArgs(component.Args):
    subnet_id: Input[str] = Field(description="The one subnet, and so the zone, in which the file servers stand.")
    deployment_type: Literal["SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2"] = Field(
        description="How long-lived the file system is; a change replaces it."
    )
    storage_type: Literal["SSD", "HDD", "INTELLIGENT_TIERING"] = Field(
        default="SSD", description="What the files lie on; HDD needs PERSISTENT_1, INTELLIGENT_TIERING PERSISTENT_2."
    )
    storage_capacity_gib: Input[Positive] | None = Field(
        default=None, description="Size in GiB; it can grow in place, a lower one replaces the file system."
    )
    throughput_mbps_per_tib: Input[Positive] | None = Field(
        default=None, description="MB/s for each TiB, for persistent SSD and HDD."
    )
    throughput_capacity_mbps: Input[Positive] | None = Field(
        default=None, description="MB/s of the whole file system, for INTELLIGENT_TIERING; it can only be raised."
    )
    read_cache: ReadCache | None = Field(default=None, description="SSD cache of INTELLIGENT_TIERING.")
    drive_cache_type: Literal["NONE", "READ"] | None = Field(default=None, description="SSD cache of HDD.")
    metadata: Metadata | None = Field(default=None, description="Metadata performance of PERSISTENT_2.")
    efa_enabled: bool = Field(
        default=False,
        description="Whether clients can use EFA (the trn2 family cannot); fixed at creation, with its throughput.",
    )
    compression: Literal["NONE", "LZ4"] = Field(default="NONE", description="How file data is compressed.")
    lustre_version: Literal["2.10", "2.12", "2.15"] = Field(
        default="2.15",
        description="Lustre version; a higher one is an upgrade in place, a lower one replaces the file system.",
    )
    root_squash: RootSquash | None = Field(
        default=None, description="What a client's root may do; everything if left out."
    )
    weekly_maintenance_start: (
        Input[
            Annotated[str, Like(f"^[1-7]:{Time}$", "must be a day of the week and a time; fix: write it like 7:03:00")]
        ]
        | None
    ) = Field(default=None, description="When weekly maintenance may start, d:HH:MM in UTC, 1 is Monday.")
    backups: Backups | None = Field(
        default=None, description="Automatic backups, for persistent types without links to S3."
    )
    final_backup: bool = Field(
        default=True,
        description="Whether a backup is made when the file system is destroyed, after its links to S3; scratch "
        "types never make one, and turning this off counts only after an `up`.",
    )
    backup_id: Input[str] | None = Field(
        default=None, description="Backup to restore; a change replaces the file system."
    )
    kms_key_id: Input[str] | None = Field(
        default=None, description="ARN of the KMS key of a persistent type; the key that AWS manages if left out."
    )
    logs: Logs | None = Field(default=None, description="Log of the S3 links.")
    data_repository_associations: Annotated[list[DataRepositoryAssociation], AfterValidator(apart)] = Field(
        default=[], description="Links between directories and S3."
    )
    client_security_group_ids: Annotated[
        dict[RuleName, Input[str]],
        BeforeValidator(_named, json_schema_input_type=list[Input[str]] | dict[RuleName, Input[str]]),
    ] = Field(
        default={},
        description="Groups of the machines that mount it, under names of your choice; a list of one needs no name.",
    )
    security_group_ids: list[Input[str]] | None = Field(
        default=None, description="Existing groups for the file servers, instead of the one made here with its rules."
    )
    vpc_id: Input[str] | None = Field(
        default=None, description="VPC of the security group made here; looked up from the subnet if left out."
    )
    availability_zone_id: Input[str] | None = Field(
        default=None, description="Zone of the subnet by id, where it is known; for the output of that name."
    )

    @model_validator(mode="after")
    def _possible(self) -> FsxLustreArgs:
        """What the API can never accept. Which sizes and tiers are sold today is a matter of dated rules."""
        refuse(impossible(self))
        return self

    @property
    def persistent(self) -> bool:
        return self.deployment_type in ("PERSISTENT_1", "PERSISTENT_2")


class FsxLustre(Component):
    token = "ultrastack:aws:FsxLustre"
    cloud = "aws"
    Args = FsxLustreArgs
    roles = {
        "file-system": "The file system.",
        "security-group": "Who may talk to the file servers.",
        "self-*": "A rule among the file servers.",
        "client-*": "A rule between the file servers and a client group.",
        "log-group": "The log of the S3 links.",
        "link-*": "The link between a directory and S3.",
    }

    longest = {"security-group": 255}  # EC2 CreateSecurityGroup, GroupName

    id: Annotated[pulumi.Output[str], "Id of the file system (fs-...)."]
    arn: Annotated[pulumi.Output[str], "ARN of the file system."]
    dns_name: Annotated[pulumi.Output[str], "Name that clients mount from."]
    mount_name: Annotated[pulumi.Output[str], "Name of the exported directory."]
    mount: Annotated[
        dict[str, pulumi.Output[str]], "What a cluster needs to mount it: file_system_id, dns_name, mount_name."
    ]
    mount_command: Annotated[pulumi.Output[str], "Command that mounts it under /fsx."]
    throughput_mb_per_s: Annotated[pulumi.Output[float], "MB/s of the whole file system."]
    availability_zone_id: Annotated[
        pulumi.Output[str] | None, "Zone of the file servers by id; absent where it was neither given nor looked up."
    ]
    security_group_id: Annotated[pulumi.Output[str] | None, "Group made here; absent with existing groups."]
    network_interface_ids: Annotated[pulumi.Output[list[str]], "Network interfaces of the file servers."]

    def __init__(self, name: str, args: FsxLustreArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        self._rules: list[pulumi.Resource] = []
        zone = args.availability_zone_id
        self.availability_zone_id = None if zone is None else pulumi.Output.from_input(zone)
        self.security_group_id = self._make_security_group() if args.security_group_ids is None else None
        system = self._make_file_system()
        for link in args.data_repository_associations:
            self._make_link(link, system)

        self.id, self.arn = system.id, system.arn
        self.dns_name, self.mount_name = system.dns_name, system.mount_name
        self.network_interface_ids = system.network_interface_ids.apply(list)
        self.mount = {"file_system_id": system.id, "dns_name": system.dns_name, "mount_name": system.mount_name}
        self.mount_command = pulumi.Output.concat(
            "mount -t lustre -o relatime,flock ", system.dns_name, "@tcp:/", system.mount_name, " /fsx"
        )
        self.throughput_mb_per_s = _throughput(args, system)
        self.finish()

    def _make_file_system(self) -> aws.fsx.LustreFileSystem:
        args = self._args
        backups, squash, cache, metadata = args.backups, args.root_squash, args.read_cache, args.metadata
        keep = args.final_backup and args.persistent
        return aws.fsx.LustreFileSystem(
            self.child("file-system"),
            subnet_ids=args.subnet_id,
            security_group_ids=args.security_group_ids if self.security_group_id is None else [self.security_group_id],
            deployment_type=args.deployment_type,
            storage_type=args.storage_type,
            storage_capacity=args.storage_capacity_gib,
            per_unit_storage_throughput=args.throughput_mbps_per_tib,
            throughput_capacity=args.throughput_capacity_mbps,
            data_read_cache_configuration=aws.fsx.LustreFileSystemDataReadCacheConfigurationArgs(
                sizing_mode=cache.mode, size=cache.size_gib
            )
            if cache
            else None,
            drive_cache_type=args.drive_cache_type,
            metadata_configuration=aws.fsx.LustreFileSystemMetadataConfigurationArgs(
                mode=metadata.mode, iops=metadata.iops
            )
            if metadata
            else None,
            efa_enabled=args.efa_enabled or None,
            data_compression_type=args.compression,
            file_system_type_version=args.lustre_version,
            root_squash_configuration=aws.fsx.LustreFileSystemRootSquashConfigurationArgs(
                root_squash=squash.uid_gid, no_squash_nids=squash.exempt_nids or None
            )
            if squash
            else None,
            weekly_maintenance_start_time=args.weekly_maintenance_start,
            automatic_backup_retention_days=backups.retention_days if backups else None,
            daily_automatic_backup_start_time=backups.daily_start if backups else None,
            copy_tags_to_backups=(backups.copy_tags or None) if backups else None,
            skip_final_backup=not keep,
            final_backup_tags=self.named_tags("file-system") if keep else None,
            backup_id=args.backup_id,
            kms_key_id=args.kms_key_id,
            log_configuration=self._make_logs(),
            tags=self.named_tags("file-system"),
            # FSx tries port 988 when it makes the file system and refuses a group that does not let it through
            opts=self.below(depends_on=self._rules or None),
        )

    def _make_logs(self) -> aws.fsx.LustreFileSystemLogConfigurationArgs | None:
        logs = self._args.logs
        if logs is None:
            return None
        destination = logs.log_group_arn
        if destination is None and logs.level != "DISABLED":
            destination = aws.cloudwatch.LogGroup(
                self.child("log-group"),
                name_prefix="/aws/fsx/lustre-",  # FSx takes no name without /aws/fsx
                retention_in_days=logs.retention_days,
                tags=self.named_tags("log-group"),
                opts=self.below(),
            ).arn
        return aws.fsx.LustreFileSystemLogConfigurationArgs(level=logs.level, destination=destination)

    def _make_link(self, link: DataRepositoryAssociation, system: aws.fsx.LustreFileSystem) -> None:
        follow_bucket, follow_files = link.import_events, link.export_events
        aws.fsx.DataRepositoryAssociation(
            self.child(f"link-{link.slug}"),
            file_system_id=system.id,
            file_system_path=link.path,
            data_repository_path=link.uri,
            s3=aws.fsx.DataRepositoryAssociationS3Args(
                auto_import_policy=aws.fsx.DataRepositoryAssociationS3AutoImportPolicyArgs(events=follow_bucket)
                if follow_bucket
                else None,
                auto_export_policy=aws.fsx.DataRepositoryAssociationS3AutoExportPolicyArgs(events=follow_files)
                if follow_files
                else None,
            )
            if follow_bucket or follow_files
            else None,
            batch_import_meta_data_on_create=link.import_metadata,
            imported_file_chunk_size=link.chunk_size_mib,
            delete_data_in_filesystem=link.delete_data,
            tags=self.named_tags(f"link-{link.slug}"),
            opts=self.below(),
        )

    def _make_security_group(self) -> pulumi.Output[str]:
        args, vpc_id = self._args, self._args.vpc_id
        if vpc_id is None:
            # the form that may stay unknown: an offline plan has nobody to ask
            subnet = aws.ec2.get_subnet_output(id=args.subnet_id, opts=pulumi.InvokeOutputOptions(parent=self))
            vpc_id = subnet.vpc_id
            if args.availability_zone_id is None:
                self.availability_zone_id = subnet.availability_zone_id
        group = aws.ec2.SecurityGroup(
            self.child("security-group"),
            description="File servers of FSx for Lustre",  # a new text would replace the group
            vpc_id=vpc_id,
            tags=self.named_tags("security-group"),
            opts=self.below(),
        )
        self._rules = lustre_rules(self, group.id, args.client_security_group_ids, args.efa_enabled)
        return group.id


def _throughput(args: FsxLustreArgs, system: aws.fsx.LustreFileSystem) -> pulumi.Output[float]:
    """Known in a plan wherever the capacity is."""
    if args.throughput_capacity_mbps is not None:
        return pulumi.Output.from_input(args.throughput_capacity_mbps).apply(float)
    per_tib = args.throughput_mbps_per_tib
    if per_tib is None:
        per_tib = next(t.throughput_mbps_per_tib for t in lustre_tiers(args.deployment_type, args.storage_type))
    # a restored file system has the capacity of its backup
    capacity = system.storage_capacity if args.storage_capacity_gib is None else args.storage_capacity_gib
    # FSx counts 2400 GiB as 2.4 TiB: 50 MB/s/TiB make 120 MB/s (botocore fsx, PerUnitStorageThroughput)
    return pulumi.Output.all(capacity, per_tib).apply(lambda known: known[0] * known[1] / 1000)
