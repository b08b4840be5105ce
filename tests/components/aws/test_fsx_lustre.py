"""A file system is what was asked for, lets its clients in on the ports of Lustre, and refuses what FSx never takes."""

from __future__ import annotations

from typing import Any

import pytest

from components.aws.fsx_lustre import FsxLustre, FsxLustreArgs
from tests.components.arguments import complaints
from tests.components.offline import make
from ultrastack.model.graph import UNKNOWN
from ultrastack.model.later import Later

PLACE = {"subnet_id": "subnet-1", "vpc_id": "vpc-1"}
SCRATCH = {**PLACE, "deployment_type": "SCRATCH_2", "storage_capacity_gib": 1200}
SSD = {
    **PLACE,
    "deployment_type": "PERSISTENT_2",
    "storage_capacity_gib": 9600,
    "throughput_mbps_per_tib": 500,
}
HDD = {
    **PLACE,
    "deployment_type": "PERSISTENT_1",
    "storage_type": "HDD",
    "storage_capacity_gib": 6000,
    "throughput_mbps_per_tib": 12,
    "drive_cache_type": "READ",
}
TIERED = {
    **PLACE,
    "deployment_type": "PERSISTENT_2",
    "storage_type": "INTELLIGENT_TIERING",
    "throughput_capacity_mbps": 4000,
    "read_cache": {"mode": "USER_PROVISIONED", "size_gib": 640},
    "metadata": {"mode": "USER_PROVISIONED", "iops": 6000},
}
LINK = {"path": "/datasets", "uri": "s3://example-datasets/curated", "import_events": ["NEW", "CHANGED"]}


LOG_GROUP = "arn:aws:logs:us-east-2:111122223333:log-group:/aws/fsx/lustre"


def without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def test_the_smallest_one() -> None:
    made = make(FsxLustre, "data", **SCRATCH)
    assert made["file-system"].type == "aws:fsx/lustreFileSystem:LustreFileSystem"
    assert made["file-system"].inputs == {
        "subnetIds": "subnet-1",  # one id, not a list
        "securityGroupIds": [UNKNOWN],
        "deploymentType": "SCRATCH_2",
        "storageType": "SSD",
        "storageCapacity": 1200,
        "dataCompressionType": "NONE",
        "fileSystemTypeVersion": "2.15",
        "skipFinalBackup": True,
        "tags": {"Name": "data-file-system"},
    }


def test_everything_that_can_be_said_about_an_ssd_file_system_arrives() -> None:
    given = {
        "metadata": {"mode": "USER_PROVISIONED", "iops": 12000},
        "compression": "LZ4",
        "root_squash": {"uid_gid": "65534:65534", "exempt_nids": ["10.0.1.6@tcp"]},
        "weekly_maintenance_start": "7:03:00",
        "backups": {"retention_days": 7, "daily_start": "05:00", "copy_tags": True},
        "backup_id": "backup-0a1b2c3d4e5f60718",
        "kms_key_id": "arn:aws:kms:us-east-2:111122223333:key/1",
        "logs": {"level": "WARN_ERROR", "log_group_arn": "arn:aws:logs:us-east-2:111122223333:log-group:/aws/fsx/x"},
        "efa_enabled": True,
        "tags": {"owner": "platform"},
    }
    tags = {"Name": "data-file-system", "owner": "platform"}
    assert make(FsxLustre, "data", **SSD, **given)["file-system"].inputs == {
        "subnetIds": "subnet-1",
        "securityGroupIds": [UNKNOWN],
        "deploymentType": "PERSISTENT_2",
        "storageType": "SSD",
        "storageCapacity": 9600,
        "perUnitStorageThroughput": 500,
        "metadataConfiguration": {"mode": "USER_PROVISIONED", "iops": 12000},
        "efaEnabled": True,
        "dataCompressionType": "LZ4",
        "fileSystemTypeVersion": "2.15",
        "rootSquashConfiguration": {"rootSquash": "65534:65534", "noSquashNids": ["10.0.1.6@tcp"]},
        "weeklyMaintenanceStartTime": "7:03:00",
        "automaticBackupRetentionDays": 7,
        "dailyAutomaticBackupStartTime": "05:00",
        "copyTagsToBackups": True,
        "backupId": "backup-0a1b2c3d4e5f60718",
        "kmsKeyId": "arn:aws:kms:us-east-2:111122223333:key/1",
        "logConfiguration": {
            "level": "WARN_ERROR",
            "destination": "arn:aws:logs:us-east-2:111122223333:log-group:/aws/fsx/x",
        },
        "skipFinalBackup": False,
        "finalBackupTags": tags,
        "tags": tags,
    }


def test_the_arguments_of_the_other_storage_types_arrive() -> None:
    hdd = make(FsxLustre, "data", **HDD)["file-system"].inputs
    assert (hdd["storageType"], hdd["driveCacheType"], hdd["perUnitStorageThroughput"]) == ("HDD", "READ", 12)
    tiered = make(FsxLustre, "data", **TIERED)["file-system"].inputs
    assert tiered["dataReadCacheConfiguration"] == {"sizingMode": "USER_PROVISIONED", "size": 640}
    assert (tiered["throughputCapacity"], "storageCapacity" in tiered) == (4000, False)


@pytest.mark.parametrize(
    ("given", "skipped"),
    [
        (SSD, False),
        ({**SSD, "final_backup": False}, True),
        (HDD, False),
        (SCRATCH, True),  # scratch types never make one
    ],
)
def test_a_final_backup_is_made_unless_it_is_not_wanted(given: dict[str, Any], skipped: bool) -> None:
    inputs = make(FsxLustre, "data", **given)["file-system"].inputs
    assert (inputs["skipFinalBackup"], "finalBackupTags" not in inputs) == (skipped, skipped)


@pytest.mark.parametrize(
    ("given", "mb_per_s"),
    [
        (SSD, 4800),
        (SCRATCH, 240),  # 200 for each TiB, and FSx takes 1200 GiB for 1.2 TiB
        (HDD, 72),
        (TIERED, 4000),
        ({**without(SSD, "storage_capacity_gib"), "backup_id": "backup-0a1b2c3d4e5f60718"}, UNKNOWN),
    ],
)
def test_the_throughput_is_known_in_a_plan_where_the_size_is(given: dict[str, Any], mb_per_s: object) -> None:
    assert make(FsxLustre, "data", **given).outputs["throughput_mb_per_s"] == mb_per_s


# ---- who may talk to it ---------------------------------------------------------------------------------------------


def rules(made: Any) -> dict[str, tuple[object, ...]]:
    """Role -> group, its peer, protocol, ports. The group made here is unknown in a plan."""
    keys = ("securityGroupId", "referencedSecurityGroupId", "ipProtocol", "fromPort", "toPort")
    found = {role: made[role] for role in made.roles if "Rule" in made[role].type}
    return {role: tuple(rule.inputs.get(key) for key in keys) for role, rule in found.items()}


def test_lustre_passes_both_ways_among_servers_and_with_every_client_group() -> None:
    made = make(FsxLustre, "data", **SCRATCH, client_security_group_ids={"training": "sg-a", "login": "sg-b"})
    ports = {"988": ("tcp", 988, 988), "1018": ("tcp", 1018, 1023)}
    expected: dict[str, tuple[object, ...]] = {}
    for name, port in ports.items():
        for way in ("in", "out"):
            expected[f"self-{way}-{name}"] = (UNKNOWN, UNKNOWN, *port)
            for who, client in (("training", "sg-a"), ("login", "sg-b")):
                expected[f"client-{who}-servers-{way}-{name}"] = (UNKNOWN, client, *port)
                expected[f"client-{who}-clients-{way}-{name}"] = (client, UNKNOWN, *port)
    assert rules(made) == expected
    for role in expected:
        way = "Ingress" if "-in-" in role else "Egress"
        assert made[role].type == f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule"
        assert "cidrIpv4" not in made[role].inputs


def test_a_file_system_with_efa_lets_everything_through_to_groups_and_no_addresses() -> None:
    made = make(
        FsxLustre,
        "data",
        **{**SSD, "efa_enabled": True, "metadata": {"mode": "AUTOMATIC"}},
        client_security_group_ids=["sg-a"],
    )
    everything = ("-1", None, None)
    assert rules(made) == {
        **{f"self-{way}-all": (UNKNOWN, UNKNOWN, *everything) for way in ("in", "out")},
        **{f"client-nodes-servers-{way}-all": (UNKNOWN, "sg-a", *everything) for way in ("in", "out")},
        **{f"client-nodes-clients-{way}-all": ("sg-a", UNKNOWN, *everything) for way in ("in", "out")},
    }


def test_no_rule_changes_when_another_group_comes_or_goes() -> None:
    """The rules of a group that left would else be rewritten while their twins still stand, which EC2 refuses."""
    both = rules(make(FsxLustre, "data", **SCRATCH, client_security_group_ids={"training": "sg-a", "login": "sg-b"}))
    for one in ({"training": "sg-a"}, {"login": "sg-b"}):
        assert rules(make(FsxLustre, "data", **SCRATCH, client_security_group_ids=one)).items() < both.items()


def test_one_group_needs_no_name() -> None:
    short = rules(make(FsxLustre, "data", **SCRATCH, client_security_group_ids=["sg-a"]))
    assert short == rules(make(FsxLustre, "data", **SCRATCH, client_security_group_ids={"nodes": "sg-a"}))
    assert rules(make(FsxLustre, "data", **SCRATCH, client_security_group_ids=[])) == rules(
        make(FsxLustre, "data", **SCRATCH)
    )


def test_the_file_system_waits_for_its_rules() -> None:
    made = make(FsxLustre, "data", **SCRATCH, client_security_group_ids=["sg-a"])
    assert made.waits_for("file-system") == {"security-group", *rules(made)}


def test_existing_groups_are_taken_as_they_are() -> None:
    given = {**without(SCRATCH, "vpc_id"), "security_group_ids": ["sg-x", "sg-y"]}
    made = make(FsxLustre, "data", **given)
    assert made.roles == {"file-system"}
    assert made["file-system"].inputs["securityGroupIds"] == ["sg-x", "sg-y"]
    assert "security_group_id" not in made.outputs


def test_the_network_is_looked_up_from_the_subnet_unless_it_is_given() -> None:
    looked_up = make(FsxLustre, "data", **without(SCRATCH, "vpc_id"))
    assert looked_up["security-group"].inputs["vpcId"] == UNKNOWN
    assert looked_up.outputs["availability_zone_id"] == UNKNOWN
    given = make(FsxLustre, "data", **SCRATCH)
    assert given["security-group"].inputs["vpcId"] == "vpc-1"
    assert "availability_zone_id" not in given.outputs
    told = make(FsxLustre, "data", **SCRATCH, availability_zone_id="use2-az3")
    assert told.outputs["availability_zone_id"] == "use2-az3"


# ---- links, log, outputs --------------------------------------------------------------------------------------------


def test_links_to_s3() -> None:
    more = {
        "path": "/",
        "uri": "s3://example-all",
        "export_events": ["NEW"],
        "import_metadata": True,
        "chunk_size_mib": 2048,
        "delete_data": True,
    }
    made = make(FsxLustre, "data", **SSD, data_repository_associations=[LINK])
    assert made["link-datasets"].type == "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
    assert made["link-datasets"].inputs == {
        "fileSystemId": UNKNOWN,
        "fileSystemPath": "/datasets",
        "dataRepositoryPath": "s3://example-datasets/curated",
        "s3": {"autoImportPolicy": {"events": ["NEW", "CHANGED"]}},
        "batchImportMetaDataOnCreate": False,
        "deleteDataInFilesystem": False,
        "tags": {"Name": "data-link-datasets"},
    }
    inputs = make(FsxLustre, "data", **SSD, data_repository_associations=[more])["link-root"].inputs
    assert inputs["s3"] == {"autoExportPolicy": {"events": ["NEW"]}}
    assert (inputs["batchImportMetaDataOnCreate"], inputs["importedFileChunkSize"]) == (True, 2048)
    assert inputs["deleteDataInFilesystem"] is True


def test_links_keep_their_names_when_their_order_changes() -> None:
    other = {"path": "/other", "uri": "s3://example-other"}
    made = [make(FsxLustre, "data", **SSD, data_repository_associations=a) for a in ([LINK, other], [other, LINK])]
    assert made[0]["link-other"].inputs == made[1]["link-other"].inputs


def test_a_log_group_is_made_where_none_is_given() -> None:
    made = make(FsxLustre, "data", **SSD, logs={"level": "ERROR_ONLY", "retention_days": 7})
    assert made["log-group"].inputs == {
        "namePrefix": "/aws/fsx/lustre-",
        "retentionInDays": 7,
        "tags": {"Name": "data-log-group"},
    }
    assert made["file-system"].inputs["logConfiguration"] == {"level": "ERROR_ONLY", "destination": UNKNOWN}
    off = make(FsxLustre, "data", **SSD, logs={"level": "DISABLED"})
    assert off["file-system"].inputs["logConfiguration"] == {"level": "DISABLED"}
    assert "log-group" not in off.roles


def test_outputs() -> None:
    made = make(FsxLustre, "data", **without(SSD, "vpc_id"))
    assert set(made.outputs) == set(FsxLustre.declared_outputs())
    assert made.outputs["mount"] == {"file_system_id": UNKNOWN, "dns_name": UNKNOWN, "mount_name": UNKNOWN}


# ---- at the door ----------------------------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    (without(SSD, "deployment_type"), ["deployment_type: Field required"]),
    ({**SSD, "throughput_mbps_per_tib": "500"}, ["throughput_mbps_per_tib: Input should be a valid integer"]),
    ({**SSD, "storage_capacity_gib": 0}, ["storage_capacity_gib: Input should be greater than or equal to 1"]),
    ({**SCRATCH, "capacity_gb": 1200}, ["capacity_gb: Extra inputs are not permitted"]),
    (
        {**SCRATCH, "throughput_mbps_per_tib": 200},
        ["throughput_mbps_per_tib: cannot be chosen for SCRATCH_2, whose throughput is fixed; fix: remove it"],
    ),
    (
        without(SSD, "throughput_mbps_per_tib", "storage_capacity_gib"),
        ["throughput_mbps_per_tib: Field required", "storage_capacity_gib: Field required"],
    ),
    (
        {**TIERED, "throughput_mbps_per_tib": 125, "storage_capacity_gib": 1200},
        [
            "throughput_mbps_per_tib: cannot go with INTELLIGENT_TIERING; fix: use throughput_capacity_mbps",
            "storage_capacity_gib: cannot go with INTELLIGENT_TIERING, which grows by itself; fix: remove it",
        ],
    ),
    (
        without(TIERED, "throughput_capacity_mbps", "read_cache", "metadata"),
        ["throughput_capacity_mbps: Field required", "read_cache: Field required", "metadata: Field required"],
    ),
    (
        {**SSD, "throughput_capacity_mbps": 4000, "read_cache": {"mode": "NO_CACHE"}},
        [
            "throughput_capacity_mbps: cannot go with storage_type SSD; fix: remove it",
            "read_cache: cannot go with storage_type SSD; fix: remove it",
        ],
    ),
    (
        {**HDD, "deployment_type": "PERSISTENT_2"},
        ["storage_type: cannot go with PERSISTENT_2; fix: write deployment_type: PERSISTENT_1"],
    ),
    (
        {**without(TIERED, "metadata"), "deployment_type": "PERSISTENT_1"},
        [
            "storage_type: cannot go with PERSISTENT_1; fix: write deployment_type: PERSISTENT_2",
            "metadata: Field required",
        ],
    ),
    (
        {**SCRATCH, "kms_key_id": "arn:aws:kms:::key/1", "backups": {"retention_days": 1}},
        [
            "kms_key_id: cannot go with SCRATCH_2; fix: remove it, or write deployment_type: PERSISTENT_2",
            "backups: cannot go with SCRATCH_2; fix: remove it, or write deployment_type: PERSISTENT_2",
        ],
    ),
    (
        {**HDD, "metadata": {"mode": "AUTOMATIC"}, "efa_enabled": True},
        [
            "metadata: cannot go with PERSISTENT_1; fix: remove it, or write deployment_type: PERSISTENT_2",
            "efa_enabled: cannot go with PERSISTENT_1; fix: remove it, or write deployment_type: PERSISTENT_2",
        ],
    ),
    ({**SSD, "efa_enabled": True}, ["metadata: Field required"]),
    (
        {**SCRATCH, "deployment_type": "SCRATCH_1", "data_repository_associations": [LINK]},
        ["data_repository_associations: cannot go with SCRATCH_1; fix: write deployment_type: SCRATCH_2"],
    ),
    (without(HDD, "drive_cache_type"), ["drive_cache_type: Field required"]),
    ({**SSD, "drive_cache_type": "READ"}, ["drive_cache_type: cannot go with storage_type SSD; fix: remove it"]),
    (
        {**TIERED, "metadata": {"mode": "AUTOMATIC"}},
        [
            "metadata: must be USER_PROVISIONED for INTELLIGENT_TIERING; fix: {mode: USER_PROVISIONED, iops: ...}",
        ],
    ),
    ({**SSD, "metadata": {"mode": "USER_PROVISIONED"}}, ["metadata.iops: Field required"]),
    (
        {**SSD, "metadata": {"mode": "AUTOMATIC", "iops": 1500}},
        ["metadata.iops: cannot go with mode AUTOMATIC; fix: remove it, or write mode: USER_PROVISIONED"],
    ),
    ({**TIERED, "read_cache": {"mode": "USER_PROVISIONED"}}, ["read_cache.size_gib: Field required"]),
    (
        {**TIERED, "read_cache": {"mode": "NO_CACHE", "size_gib": 64}},
        ["read_cache.size_gib: cannot go with mode NO_CACHE; fix: remove it, or write mode: USER_PROVISIONED"],
    ),
    (
        {**SSD, "lustre_version": "2.10"},
        ["lustre_version: cannot go with PERSISTENT_2; fix: remove it, 2.15 is the default"],
    ),
    (
        {**SSD, "lustre_version": "2.12", "metadata": {"mode": "AUTOMATIC"}},
        ["lustre_version: cannot go with metadata; fix: remove it, 2.15 is the default"],
    ),
    (
        {**SSD, "backups": {"retention_days": 0, "daily_start": "05:00"}},
        ["backups.daily_start: needs retention_days of at least 1; fix: remove it, or raise retention_days"],
    ),
    ({**SSD, "backups": {"retention_days": 91}}, ["backups.retention_days: Input should be less than or equal to 90"]),
    (
        {**SSD, "backups": {"retention_days": 1, "copy_tags": True}, "data_repository_associations": [LINK]},
        ["backups: cannot be made of a file system with links to S3; fix: remove backups, or the links"],
    ),
    (
        {**SSD, "client_security_group_ids": {"login": "sg-a", "nodes": "sg-a"}},
        ["client_security_group_ids: has the same group as login and nodes; fix: remove one"],
    ),
    (
        {**SSD, "root_squash": {"uid_gid": "65534:65534", "exempt_nids": ["10.0.1.6"]}},
        ["root_squash.exempt_nids.0: must be a Lustre network id; fix: write it like 10.0.1.6@tcp"],
    ),
    (
        {**SSD, "logs": {"level": "WARN_ONLY", "log_group_arn": "/aws/fsx/lustre"}},
        [
            "logs.log_group_arn: must be the ARN of a log group whose name begins with /aws/fsx; "
            "fix: write it like arn:aws:logs:us-east-2:111122223333:log-group:/aws/fsx/lustre"
        ],
    ),
    (
        {**SSD, "data_repository_associations": [{**LINK, "uri": "s3://"}]},
        ["data_repository_associations.0.uri: must be a place in S3; fix: write it like s3://bucket/prefix"],
    ),
    (
        {**SSD, "data_repository_associations": [{**LINK, "export_events": ["NEW", "NEW"]}]},
        ["data_repository_associations.0.export_events: has NEW twice; fix: remove one"],
    ),
    (
        {**SSD, "data_repository_associations": [LINK, {**LINK, "path": "/other"}]},
        [
            "data_repository_associations: /datasets and /other show the same s3://example-datasets/curated; "
            "fix: remove one"
        ],
    ),
    (
        {**SSD, "logs": {"level": "DISABLED", "log_group_arn": LOG_GROUP}},
        ["logs.log_group_arn: cannot go with level DISABLED; fix: remove it"],
    ),
    (
        {**SSD, "data_repository_associations": [LINK, {**LINK, "path": "/datasets/more"}]},
        ["data_repository_associations: /datasets and /datasets/more overlap; fix: link directories beside each other"],
    ),
    (
        {**SSD, "data_repository_associations": [{**LINK, "path": "/a/b"}, {**LINK, "path": "/a-b", "uri": "s3://b"}]},
        ["data_repository_associations: /a/b and /a-b are too alike to be told apart; fix: rename one"],
    ),
    (
        {**SCRATCH, "security_group_ids": ["sg-x"], "client_security_group_ids": ["sg-a"]},
        [
            f"{name}: cannot go with security_group_ids, which have rules of their own; fix: remove one of them"
            for name in ("client_security_group_ids", "vpc_id")
        ],
    ),
    (
        {**SCRATCH, "client_security_group_ids": ["sg-a", "sg-b"]},
        [
            "client_security_group_ids: has several groups, which need names; "
            "fix: write {training: sg-..., login: sg-...}"
        ],
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: list[str]) -> None:
    assert complaints(FsxLustreArgs, given) == said


@pytest.mark.parametrize(
    "given",
    [
        {**SSD, "storage_capacity_gib": 1000},
        {**SSD, "throughput_mbps_per_tib": 333},
        {**TIERED, "throughput_capacity_mbps": 5000},
        {**SSD, "metadata": {"mode": "USER_PROVISIONED", "iops": 2000}},
    ],
)
def test_what_is_not_sold_today_is_left_to_dated_rules(given: dict[str, Any]) -> None:
    assert complaints(FsxLustreArgs, given) == []


def test_a_file_system_with_links_may_say_that_it_wants_no_backups() -> None:
    assert (
        complaints(FsxLustreArgs, {**SSD, "backups": {"retention_days": 0}, "data_repository_associations": [LINK]})
        == []
    )


def test_values_that_are_only_known_later_are_not_asked_for() -> None:
    """While a stack file is read, a reference stands for them, and asking it anything is an error of ours."""
    later: Any = Later("net.id", lambda built: None, "value")
    given = dict.fromkeys(("subnet_id", "vpc_id", "availability_zone_id", "kms_key_id", "backup_id"), later)
    more = {
        "storage_capacity_gib": later,
        "throughput_mbps_per_tib": later,
        "metadata": {"mode": "USER_PROVISIONED", "iops": later},
        "root_squash": {"uid_gid": later, "exempt_nids": [later]},
        "weekly_maintenance_start": later,
        "backups": {"retention_days": later, "daily_start": later},
        "logs": {"level": "WARN_ONLY", "log_group_arn": later},
        "data_repository_associations": [
            {"path": "/a", "uri": later, "chunk_size_mib": later},
            {"path": "/b", "uri": "s3://b"},
            {"path": "/c", "uri": later},
        ],
        "client_security_group_ids": [later],
    }
    assert complaints(FsxLustreArgs, {"deployment_type": "PERSISTENT_2", **given, **more}) == []
    said = complaints(
        FsxLustreArgs, {"deployment_type": "PERSISTENT_2", **given, **more, "security_group_ids": [later]}
    )
    assert [one.partition(":")[0] for one in said] == ["client_security_group_ids", "vpc_id"]


def test_every_declared_role_is_used() -> None:
    made = make(
        FsxLustre,
        "data",
        **SSD,
        client_security_group_ids=["sg-a"],
        logs={"level": "WARN_ONLY"},
        data_repository_associations=[LINK],
    )
    assert all(any(role.startswith(known.rstrip("*")) for role in made.roles) for known in FsxLustre.roles)
