"""A bucket is private, encrypted and tidy from the moment that anybody may write into it."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.aws.storage_bucket import StorageBucket, StorageBucketArgs, policy_document
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

SETTINGS = {"versioning", "encryption", "public-access-block", "ownership", "lifecycle", "policy"}
HOUSEKEEPING = {
    "id": "housekeeping",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    "noncurrentVersionExpiration": {"noncurrentDays": 30},
}


def test_the_smallest_one() -> None:
    made = make(StorageBucket, "data")
    assert made.roles == {"bucket"} | SETTINGS
    assert made["bucket"].type == "aws:s3/bucket:Bucket"
    assert made["bucket"].inputs == {"forceDestroy": False, "tags": {}}
    assert made["versioning"].inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert made["encryption"].inputs["rules"] == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    assert made["ownership"].inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert made["lifecycle"].inputs["rules"] == [HOUSEKEEPING]
    assert set(made.outputs) == {"bucket_name", "arn", "domain_name", "uri"}


def test_all_four_locks_against_the_public() -> None:
    locks = dict(make(StorageBucket, "data")["public-access-block"].inputs)
    del locks["bucket"]
    assert locks == dict.fromkeys(
        ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"], True
    )


def test_a_physical_name_is_known_at_once() -> None:
    made = make(StorageBucket, "data", physical_name="example-datasets")
    assert (made.outputs["bucket_name"], made.outputs["uri"]) == ("example-datasets", "s3://example-datasets")
    assert {made[role].inputs["bucket"] for role in made.roles} == {"example-datasets"}  # type: ignore[misc]


def test_a_key_of_the_user_comes_with_a_bucket_key() -> None:
    key = "arn:aws:kms:us-east-2:111122223333:key/1"
    assert make(StorageBucket, "data", kms_key_arn=key)["encryption"].inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "bucketKeyEnabled": True,
        }
    ]


def test_versioning_is_suspended_never_disabled() -> None:
    made = make(StorageBucket, "data", versioning=False)
    assert made["versioning"].inputs["versioningConfiguration"] == {"status": "Suspended"}


def test_earlier_versions_may_be_kept_for_ever() -> None:
    (rule,) = make(StorageBucket, "data", noncurrent_days=0)["lifecycle"].inputs["rules"]  # type: ignore[misc]
    assert "noncurrentVersionExpiration" not in rule  # type: ignore[operator]


def test_rules_move_and_delete_what_their_prefix_says() -> None:
    lifecycle = {
        "scratch": {"prefix": "tmp/", "expire_after_days": 3},
        "archive": {
            "prefix": "runs/",
            "larger_than_bytes": 1048576,
            "transitions": [
                {"after_days": 30, "storage_class": "GLACIER_IR"},
                {"after_days": 90, "storage_class": "DEEP_ARCHIVE"},
            ],
        },
    }
    made = make(StorageBucket, "data", lifecycle=lifecycle, noncurrent_versions=2, abort_uploads_after_days=1)
    assert made["lifecycle"].inputs["rules"] == [
        {
            **HOUSEKEEPING,
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
            "noncurrentVersionExpiration": {"noncurrentDays": 30, "newerNoncurrentVersions": 2},
        },
        {"id": "rule-scratch", "status": "Enabled", "filter": {"prefix": "tmp/"}, "expiration": {"days": 3}},
        {
            "id": "rule-archive",
            "status": "Enabled",
            "filter": {"and": {"prefix": "runs/", "objectSizeGreaterThan": 1048576}},
            "transitions": [
                {"days": 30, "storageClass": "GLACIER_IR"},
                {"days": 90, "storageClass": "DEEP_ARCHIVE"},
            ],
        },
    ]


def test_a_rule_for_large_objects_anywhere_has_one_condition() -> None:
    """S3 answers MalformedXML to an And of one."""
    made = make(StorageBucket, "data", lifecycle={"large": {"larger_than_bytes": 5, "expire_after_days": 3}})
    rules: Any = made["lifecycle"].inputs["rules"]
    assert rules[1]["filter"] == {"objectSizeGreaterThan": 5}


def policy(**arguments: Any) -> dict[str, dict[str, Any]]:
    """Statements by their id, as the cloud will see them."""
    found = {}

    def program() -> None:
        document = pulumi.Output.json_dumps(
            policy_document(pulumi.Output.from_input("arn:aws:s3:::data"), StorageBucketArgs(**arguments))
        )
        document.apply(lambda text: found.update(json.loads(text)))

    build(program)
    return {statement.pop("Sid"): statement for statement in found["Statement"]}


def test_nobody_gets_in_without_tls() -> None:
    assert policy() == {
        "TlsOnly": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    }


def test_readers_read_and_writers_write_too() -> None:
    reader, writer = (f"arn:aws:iam::111122223333:role/{name}" for name in ("reader", "writer"))
    found = policy(reader_arns=[reader], writer_arns=[writer])
    assert set(found) == {"TlsOnly", "ReadObjects", "ReadBucket", "WriteObjects", "WriteBucket"}
    assert found["ReadObjects"]["Principal"] == {"AWS": [reader]}
    assert "s3:PutObject" not in found["ReadObjects"]["Action"]
    assert found["WriteObjects"]["Principal"] == {"AWS": [writer]}
    assert {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} <= set(found["WriteObjects"]["Action"])
    assert found["ReadBucket"]["Resource"] == found["WriteBucket"]["Resource"] == "arn:aws:s3:::data"
    assert found["ReadObjects"]["Resource"] == found["WriteObjects"]["Resource"] == "arn:aws:s3:::data/*"


def test_requests_are_written_down_where_wanted() -> None:
    logs = make(StorageBucket, "data", access_logs={"bucket": "example-logs", "prefix": "data/"})["access-logs"].inputs
    assert (logs["targetBucket"], logs["targetPrefix"]) == ("example-logs", "data/")


def test_settings_that_s3_refuses_at_the_same_time_come_one_after_the_other() -> None:
    made = make(StorageBucket, "data")
    assert made.waits_for("ownership") == {"bucket", "public-access-block"}
    assert made.waits_for("policy") == {"bucket", "ownership", "versioning"}
    assert made.waits_for("lifecycle") == {"bucket", "versioning"}


def test_who_writes_into_the_bucket_waits_for_its_settings() -> None:
    def program() -> None:
        bucket = StorageBucket("data", StorageBucketArgs())
        aws.s3.BucketObjectv2("first", bucket=bucket.bucket_name)

    graph = build(program)
    written = next(r for r in graph.resources if r.name == "first")
    needed = {graph.by_urn[urn].name for urn in written.property_dependencies["bucket"]}
    assert needed == {"data-bucket", "data-versioning", "data-encryption", "data-policy"}


def test_the_bucket_has_the_cost_tags() -> None:
    assert make(StorageBucket, "data", tags={"team": "ml"})["bucket"].inputs["tags"] == {"team": "ml"}


NAME = (
    "physical_name: a bucket's name has lower-case letters, digits, hyphens and single dots, and begins and ends with "
    "a letter or digit; fix: write it like example-datasets"
)
REFUSED: list[tuple[dict[str, Any], str]] = [
    *[({"physical_name": name}, NAME) for name in ("Data", "data_sets", "data..sets", "-data", "data.", "data\n")],
    ({"physical_name": "ab"}, "physical_name: String should have at least 3 characters"),
    ({"physical_name": "a" * 64}, "physical_name: String should have at most 63 characters"),
    ({"noncurrent_days": -1}, "noncurrent_days: Input should be greater than or equal to 0"),
    (
        {"noncurrent_days": 0, "noncurrent_versions": 3},
        "keeps all versions with noncurrent_days: 0; fix: remove noncurrent_versions",
    ),
    (
        {"lifecycle": {"old": {"prefix": "tmp/"}}},
        "lifecycle.old: the rule does nothing; fix: add expire_after_days or transitions",
    ),
    (
        {"lifecycle": {"old": {"transitions": [{"after_days": 1, "storage_class": "COLD"}]}}},
        "lifecycle.old.transitions.0.storage_class: Input should be 'STANDARD_IA', 'ONEZONE_IA', "
        "'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER' or 'DEEP_ARCHIVE'",
    ),
    (
        {
            "lifecycle": {
                "old": {"transitions": [{"after_days": 30, "storage_class": "GLACIER"}], "expire_after_days": 30}
            }
        },
        "lifecycle.old: objects are moved when they are deleted already; "
        "fix: raise expire_after_days above every after_days",
    ),
    (
        {"lifecycle": {"old": {"transitions": [{"after_days": n, "storage_class": "GLACIER"} for n in (1, 2)]}}},
        "lifecycle.old: objects are moved to GLACIER twice; fix: remove one of the transitions",
    ),
    *[
        (
            {"physical_name": name},
            "physical_name: S3 keeps such names, and addresses, to itself; fix: write it like example-datasets",
        )
        for name in ("10.20.0.1", "xn--data", "data-s3alias", "data--x-s3")
    ],
    *[
        (
            {"reader_arns": [anybody]},
            f"reader_arns: has {anybody}, which is no ARN of a role, user or account, and no account's number; "
            "fix: write it like arn:aws:iam::111122223333:role/reader",
        )
        for anybody in ("*", "reader", "arn:aws:iam::*:root")
    ],
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(StorageBucketArgs, given) == [said]


@pytest.mark.parametrize("name", ["abc", "example-datasets", "my.example.bucket", "1-2", "a--b"])
def test_names_that_s3_takes(name: str) -> None:
    assert complaints(StorageBucketArgs, {"physical_name": name}) == []


def test_unknown_names_stay_unknown_offline() -> None:
    assert make(StorageBucket, "data").outputs["uri"] == UNKNOWN
