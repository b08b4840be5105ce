"""A bucket is never public, tidy, and where its readers are."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from components.gcp.storage_bucket import StorageBucket, StorageBucketArgs
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

ABORT = {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}}
OLD = {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 30}}
TPU = "serviceAccount:tpu@example-ml.iam.gserviceaccount.com"
KEY = "projects/example-ml/locations/us-east5/keyRings/data/cryptoKeys/objects"


def bucket(**arguments: Any) -> dict[str, Any]:
    return dict(make(StorageBucket, "data", **arguments)["bucket"].inputs)


def test_the_smallest_one() -> None:
    made = make(StorageBucket, "data", tags={"owner": "platform"})
    assert made.roles == {"bucket"}
    assert made["bucket"].type == "gcp:storage/bucket:Bucket"
    assert made["bucket"].inputs == {
        "location": "US-EAST5",
        "storageClass": "STANDARD",
        "uniformBucketLevelAccess": True,
        "publicAccessPrevention": "enforced",
        "versioning": {"enabled": True},
        "softDeletePolicy": {"retentionDurationSeconds": 604800},
        "lifecycleRules": [ABORT, OLD],
        "forceDestroy": False,
        "labels": {"owner": "platform"},
    }
    assert set(made.outputs) == {"bucket_name", "uri", "self_link", "location"}
    assert made.outputs["location"] == "US-EAST5"


def test_a_physical_name_is_known_at_once() -> None:
    made = make(StorageBucket, "data", physical_name="example-datasets")
    assert (made.outputs["bucket_name"], made.outputs["uri"]) == ("example-datasets", "gs://example-datasets")


@pytest.mark.parametrize(
    ("given", "location", "more"),
    [
        ({"location": "europe-west4"}, "EUROPE-WEST4", {}),
        ({"location": "nam4", "turbo_replication": True}, "NAM4", {"rpo": "ASYNC_TURBO"}),
        (
            {"location": "US", "data_regions": ["us-east5", "us-central1"], "turbo_replication": True},
            "US",
            {"customPlacementConfig": {"dataLocations": ["US-EAST5", "US-CENTRAL1"]}, "rpo": "ASYNC_TURBO"},
        ),
    ],
)
def test_where_it_is(given: dict[str, Any], location: str, more: dict[str, Any]) -> None:
    inputs = bucket(**given)
    assert inputs["location"] == location
    assert {key: inputs[key] for key in ("rpo", "customPlacementConfig") if key in inputs} == more


def test_without_a_region_anywhere_it_has_no_place() -> None:
    """A provider in plain Python may have none; in a stack file it must."""

    def program() -> None:
        provider = gcp.Provider("target", project="example-ml")
        data = StorageBucket("data", StorageBucketArgs(), pulumi.ResourceOptions(provider=provider))
        with pytest.raises(pulumi.RunError) as caught:
            data._somewhere(None)
        assert str(caught.value) == ("data has no location, and its provider no region; fix: add location: us-east5")

    made = next(r for r in build(program).resources if r.name == "data-bucket")
    assert made.inputs["location"] == UNKNOWN


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, True),
        ({"versioning": False}, False),
        ({"hierarchical_namespace": True}, False),
        ({"hierarchical_namespace": True, "versioning": True}, True),
    ],
)
def test_earlier_versions_are_kept_where_folders_are_not_real(given: dict[str, bool], kept: bool) -> None:
    inputs = bucket(**given)
    assert inputs["versioning"] == {"enabled": kept}
    assert inputs.get("hierarchicalNamespace") == ({"enabled": True} if "hierarchical_namespace" in given else None)


def test_a_key_of_ones_own_and_a_class_and_autoclass() -> None:
    inputs = bucket(kms_key_name=KEY, storage_class="NEARLINE")
    assert (inputs["encryption"], inputs["storageClass"]) == ({"defaultKmsKeyName": KEY}, "NEARLINE")
    assert bucket(autoclass=True)["autoclass"] == {"enabled": True}


@pytest.mark.parametrize(("days", "seconds"), [(0, 0), (7, 604800), (90, 7776000)])
def test_soft_delete(days: int, seconds: int) -> None:
    assert bucket(soft_delete_days=days)["softDeletePolicy"] == {"retentionDurationSeconds": seconds}


def test_retention_and_its_lock() -> None:
    assert bucket(retention_days=30)["retentionPolicy"] == {"retentionPeriod": "2592000", "isLocked": False}
    locked = bucket(retention_days=1, lock_retention=True)["retentionPolicy"]
    assert locked == {"retentionPeriod": "86400", "isLocked": True}


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ({"noncurrent_days": 0}, [ABORT]),
        ({"hierarchical_namespace": True}, [ABORT]),
        ({"hierarchical_namespace": True, "versioning": True}, [ABORT, OLD]),
        ({"versioning": False}, [ABORT, OLD]),
        (
            {"noncurrent_versions": 3, "noncurrent_days": 5},
            [
                ABORT,
                # the live one is among the newer ones
                {"action": {"type": "Delete"}, "condition": {"daysSinceNoncurrentTime": 5, "numNewerVersions": 4}},
            ],
        ),
        ({"abort_uploads_after_days": 2}, [{**ABORT, "condition": {"age": 2}}, OLD]),
    ],
)
def test_what_nobody_sees_is_cleared_away(given: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert bucket(**given)["lifecycleRules"] == rules


def test_a_rule_of_ones_own_is_one_of_theirs_for_each_thing_that_it_does() -> None:
    rule = {
        "prefix": "raw/",
        "larger_than_bytes": 1024,
        "transitions": [
            {"after_days": 30, "storage_class": "NEARLINE"},
            {"after_days": 90, "storage_class": "ARCHIVE"},
        ],
        "expire_after_days": 365,
    }
    about = {"matchesPrefixes": ["raw/"], "sizeAboveBytes": 1024, "withState": "LIVE"}
    assert bucket(lifecycle={"raw": rule, "tmp": {"expire_after_days": 3}})["lifecycleRules"] == [
        ABORT,
        OLD,
        {"action": {"type": "SetStorageClass", "storageClass": "NEARLINE"}, "condition": {"age": 30, **about}},
        {"action": {"type": "SetStorageClass", "storageClass": "ARCHIVE"}, "condition": {"age": 90, **about}},
        {"action": {"type": "Delete"}, "condition": {"age": 365, **about}},
        {"action": {"type": "Delete"}, "condition": {"age": 3, "withState": "LIVE"}},
    ]


def test_readers_and_writers_are_named_by_the_user_and_so_stay_where_they_are() -> None:
    made = make(StorageBucket, "data", readers={"eval": "group:eval@example.com"}, writers={"tpu": TPU})
    assert made.roles == {"bucket", "reader-eval", "writer-tpu"}
    assert made["reader-eval"].inputs == {
        "bucket": UNKNOWN,
        "role": "roles/storage.objectViewer",
        "member": "group:eval@example.com",
    }
    assert (made["writer-tpu"].inputs["role"], made["writer-tpu"].inputs["member"]) == ("roles/storage.objectUser", TPU)


def test_who_uses_the_bucket_waits_for_those_who_may() -> None:
    def program() -> None:
        data = StorageBucket("data", StorageBucketArgs(location="us-east5", writers={"tpu": TPU}))
        gcp.storage.BucketObject("first", bucket=data.bucket_name, content="x")

    graph = build(program)
    first = next(r for r in graph.resources if r.name == "first")
    needed = {graph.by_urn[urn].name for urn in first.property_dependencies["bucket"]}
    assert needed == {"data-bucket", "data-writer-tpu"}


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ({"bucket": "logs"}, {"logBucket": "logs"}),
        ({"bucket": "logs", "prefix": "data/"}, {"logBucket": "logs", "logObjectPrefix": "data/"}),
    ],
)
def test_usage_logs(logs: dict[str, str], said: dict[str, str]) -> None:
    assert bucket(access_logs=logs)["logging"] == said


# ---- refusals -------------------------------------------------------------------------------------------------------

NAME = (
    "physical_name: a bucket's name has lower-case letters, digits, hyphens, underscores and single dots, and begins "
    "and ends with a letter or digit; fix: write it like example-datasets"
)
MEMBER = "must be a member; fix: write it like serviceAccount:tpu@example-ml.iam.gserviceaccount.com"
SOFT = "soft_delete_days: must be 0, or 7 to 90; fix: write 7, or 0 for none"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"location": "US-EAST5-b"}, "location: cannot be a zone; fix: write its region, us-east5"),
    (
        {"readers": {"a": "me@example.com"}},
        "readers.a: must say what kind of member it is; fix: write user:me@example.com or group:me@example.com",
    ),
    (
        {"writers": {"a": "tpu@example-ml.iam.gserviceaccount.com"}},
        "writers.a: must say what kind of member it is; "
        "fix: write serviceAccount:tpu@example-ml.iam.gserviceaccount.com",
    ),
    (
        {"readers": {"a": "user:me"}},
        f"readers.a: {MEMBER}",
    ),
    (
        {"readers": {"a": "user:allUsers"}},
        f"readers.a: {MEMBER}",
    ),
    ({"readers": {"a": TPU, "b": TPU}}, "readers: has the same one as a and as b; fix: remove one of them"),
    (
        {
            "lifecycle": {
                "a": {
                    "transitions": [
                        {"after_days": 10, "storage_class": "ARCHIVE"},
                        {"after_days": 30, "storage_class": "NEARLINE"},
                    ]
                }
            }
        },
        "lifecycle.a: objects never get to NEARLINE, since they are ARCHIVE by then; "
        "fix: move them to ARCHIVE after more than 30 days",
    ),
    *[({"physical_name": name}, NAME) for name in ("Data", "data..sets", "-data", "data.", "data\n")],
    ({"physical_name": "ab"}, "physical_name: String should have at least 3 characters"),
    ({"physical_name": "a" * 64}, "physical_name: String should have at most 63 characters"),
    *[
        (
            {"physical_name": name},
            "physical_name: Google keeps such names, and addresses, to itself; fix: write it like example-datasets",
        )
        for name in ("goog-data", "my-google-data", "my-g00gle-data", "10.20.0.1")
    ],
    ({"location": "us east5"}, "location: must be a location; fix: write it like us-east5, or US"),
    ({"data_regions": ["us-east5"]}, "data_regions: List should have at least 2 items after validation, not 1"),
    (
        {"location": "US", "data_regions": ["us-east5-a", "us-east4"]},
        "data_regions.0: must be a region, and is a zone; fix: write its region, us-east5",
    ),
    (
        {"location": "US", "data_regions": ["us-east5", "us-east5"]},
        "data_regions: has us-east5 twice; fix: name two regions",
    ),
    *[
        (
            {**place, "data_regions": ["us-east5", "us-east4"]},
            "data_regions: must lie inside of a multi-region; fix: write location: US",
        )
        for place in ({}, {"location": "us-east5"}, {"location": "NAM4"})
    ],
    *[
        (
            {**place, "turbo_replication": True},
            "turbo_replication: needs a dual-region; fix: remove it, or write location: NAM4",
        )
        for place in ({}, {"location": "us-east5"}, {"location": "US"})
    ],
    ({"kms_key_name": "objects"}, "kms_key_name: must be a key's name; fix: write it like " + KEY),
    ({"noncurrent_days": -1}, "noncurrent_days: Input should be greater than or equal to 0"),
    (
        {"noncurrent_days": 0, "noncurrent_versions": 3},
        "noncurrent_versions: cannot go with noncurrent_days: 0, which keeps all; fix: remove it",
    ),
    *[({"soft_delete_days": days}, SOFT) for days in (-1, 3, 91)],
    ({"lock_retention": True}, "lock_retention: needs retention_days to lock; fix: add retention_days, or remove it"),
    ({"retention_days": 0}, "retention_days: Input should be greater than or equal to 1"),
    (
        {"autoclass": True, "storage_class": "NEARLINE"},
        "storage_class: cannot go with autoclass, which begins with STANDARD; fix: remove it",
    ),
    (
        {
            "autoclass": True,
            "lifecycle": {"old": {"transitions": [{"after_days": 1, "storage_class": "ARCHIVE"}]}},
        },
        "lifecycle: cannot move objects beside autoclass; fix: remove the transitions of old",
    ),
    (
        {"lifecycle": {"old": {"prefix": "tmp/"}}},
        "lifecycle.old: the rule does nothing; fix: add expire_after_days or transitions",
    ),
    (
        {"lifecycle": {"old": {"transitions": [{"after_days": 1, "storage_class": "GLACIER"}]}}},
        "lifecycle.old.transitions.0.storage_class: Input should be 'NEARLINE', 'COLDLINE' or 'ARCHIVE'",
    ),
    (
        {
            "lifecycle": {
                "old": {"transitions": [{"after_days": 30, "storage_class": "ARCHIVE"}], "expire_after_days": 30}
            }
        },
        "lifecycle.old: objects are moved when they are deleted already; "
        "fix: raise expire_after_days above every after_days",
    ),
    (
        {"lifecycle": {"old": {"transitions": [{"after_days": n, "storage_class": "ARCHIVE"} for n in (1, 2)]}}},
        "lifecycle.old: objects are moved to ARCHIVE twice; fix: remove one of the transitions",
    ),
    *[
        (
            {"readers": {"all": everybody}},
            "readers.all: cannot be let in, as the bucket is never public; fix: name a group or a service account",
        )
        for everybody in ("allUsers", "allAuthenticatedUsers")
    ],
    *[
        ({"writers": {"tpu": nobody}}, f"writers.tpu: {MEMBER}")
        for nobody in ("tpu", "deleted:user:a@example.com", "user:")
    ],
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(StorageBucketArgs, given) == [said]


@pytest.mark.parametrize("name", ["abc", "example-datasets", "my.example.bucket", "1-2", "a--b", "a_b"])
def test_names_that_google_takes(name: str) -> None:
    assert complaints(StorageBucketArgs, {"physical_name": name}) == []


@pytest.mark.parametrize(("name", "kept"), [("goog-data", "goog"), ("my-google-data", "google")])
def test_a_step_whose_name_google_takes_for_itself_is_refused(name: str, kept: str) -> None:
    assert StorageBucket.too_long(name, {}) == (
        f"has '{kept}' in it, which Google lets no bucket have, and the bucket's name is made of it; "
        "fix: rename the step, or give a physical_name"
    )
    assert StorageBucket.too_long(name, {"physical_name": "example"}) == ""


def test_a_name_must_leave_room_for_the_buckets() -> None:
    assert StorageBucket.too_long("x" * 48, {}) == ""
    assert StorageBucket.too_long("x" * 49, {}) == (
        "is too long for its bucket, whose name in the cloud has at most 63 characters; fix: use at most 48 characters"
    )


@pytest.mark.parametrize(
    "member",
    [
        "user:me@example.com",
        "domain:example.com",
        "projectViewer:example-ml",
        "serviceAccount:example-ml.svc.id.goog[jobs/trainer]",
        "serviceAccount:1234-compute@developer.gserviceaccount.com",
        "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/ns/x/sa/y",
        "principalSet://goog/group/researchers@example.com",
    ],
)
def test_members_of_every_kind(member: str) -> None:
    assert complaints(StorageBucketArgs, {"readers": {"one": member}}) == []
