"""A private Cloud Storage bucket for datasets and checkpoints: versioned, never public, and near its readers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import pulumi
import pulumi_gcp as gcp
from pydantic import AfterValidator, Field, model_validator

from .. import component
from ..component import Component, Input, Strict
from ..names import Like, RuleName, twins
from ..refusals import Wrong, refuse
from ._addresses import ZONE, Region
from ._lifecycle import Days, LifecycleRule, rules
from ._target import region_of

READER, WRITER = "roles/storage.objectViewer", "roles/storage.objectUser"
# https://cloud.google.com/storage/docs/buckets#naming
RESERVED = re.compile(r"^goog|g[o0]{2}g[l1]e|^(\d+\.){3}\d+$")
DAY = 24 * 60 * 60
# https://cloud.google.com/storage/docs/locations: ASIA, EU, US; ASIA1, EUR4, NAM4 and so on
MULTI_REGION, DUAL_REGION = re.compile(r"[A-Za-z]+"), re.compile(r"[A-Za-z]+\d+")


def _free(name: str) -> str:
    if RESERVED.search(name):
        raise ValueError("Google keeps such names, and addresses, to itself; fix: write it like example-datasets")
    return name


BucketName = Annotated[
    str,
    Field(min_length=3, max_length=63),
    Like(
        r"^[a-z0-9](\.?[a-z0-9_-])*\.?[a-z0-9]$",
        "a bucket's name has lower-case letters, digits, hyphens, underscores and single dots, and begins and ends "
        "with a letter or digit; fix: write it like example-datasets",
    ),
    AfterValidator(_free),
]
KeyName = Annotated[
    str,
    Like(
        r"^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$",
        "must be a key's name; "
        "fix: write it like projects/example-ml/locations/us-east5/keyRings/data/cryptoKeys/objects",
    ),
]


# https://cloud.google.com/iam/docs/principal-identifiers; service accounts of Kubernetes have square brackets, no @
MEMBERS = (
    r"(user|group|serviceAccount):[^@\s]+@[^@\s]+",
    r"serviceAccount:[^@\s]+\.svc\.id\.goog\[[^/\s]+/[^/\s]+\]",
    r"(domain|projectViewer|projectEditor|projectOwner):\S+",
    r"(principal|principalSet)://\S+",
)


def _somebody(member: str) -> str:
    if member in ("allUsers", "allAuthenticatedUsers"):
        raise ValueError("cannot be let in, as the bucket is never public; fix: name a group or a service account")
    if re.fullmatch(r"[^@\s:]+@[^@\s]+", member):
        kinds = ("serviceAccount",) if member.endswith(".gserviceaccount.com") else ("user", "group")
        right = " or ".join(f"{kind}:{member}" for kind in kinds)
        raise ValueError(f"must say what kind of member it is; fix: write {right}")
    if not any(re.fullmatch(pattern, member) for pattern in MEMBERS):
        raise ValueError("must be a member; fix: write it like serviceAccount:tpu@example-ml.iam.gserviceaccount.com")
    return member


Member = Annotated[str, AfterValidator(_somebody)]


def _soft(days: int) -> int:
    if days != 0 and not 7 <= days <= 90:  # https://cloud.google.com/storage/docs/soft-delete
        raise ValueError("must be 0, or 7 to 90; fix: write 7, or 0 for none")
    return days


def _location(text: str) -> str:
    if zone := ZONE.fullmatch(text.lower()):
        raise ValueError(f"cannot be a zone; fix: write its region, {zone[1]}")
    return text


Location = Annotated[
    str,
    Like(r"^[A-Za-z0-9-]+$", "must be a location; fix: write it like us-east5, or US"),
    AfterValidator(_location),
]


class AccessLogs(Strict):
    bucket: Input[str] = Field(description="Name of the bucket that keeps the logs.")
    prefix: Input[str] = Field(default="", description="Beginning of the logs' names; the bucket's name if left out.")


class StorageBucketArgs(component.Args):
    physical_name: Input[BucketName] | None = Field(
        default=None,
        description="Name of the bucket in Google Cloud, unique in the world; if left out, one is made up.",
    )
    location: Input[Location] | None = Field(
        default=None,
        description="Region (us-east5), dual-region (NAM4) or multi-region (US); the stack's region if left out.",
    )
    data_regions: Annotated[list[Region], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="The two regions of a dual-region of your choice, inside of a location like US."
    )
    turbo_replication: bool = Field(
        default=False, description="Whether objects are in both regions of a dual-region within 15 minutes."
    )
    storage_class: Literal["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"] = Field(
        default="STANDARD", description="Storage class of new objects."
    )
    autoclass: bool = Field(
        default=False, description="Whether Google moves objects between storage classes as they are read."
    )
    hierarchical_namespace: bool = Field(
        default=False, description="Whether folders are real, which makes renaming and listing checkpoints fast."
    )
    kms_key_name: Input[KeyName] | None = Field(
        default=None,
        description="Key that encrypts the objects, which the project's Cloud Storage service agent must be let use; "
        "if left out, Google's own keys do.",
    )
    versioning: bool | None = Field(
        default=None,
        description="Whether earlier versions of an object are kept; if left out, not with hierarchical_namespace.",
    )
    noncurrent_days: Annotated[int, Field(ge=0)] = Field(
        default=30, description="Days after which an earlier version is deleted; 0 keeps them for ever."
    )
    noncurrent_versions: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Earlier versions that are kept in any case."
    )
    soft_delete_days: Input[Annotated[int, AfterValidator(_soft)]] = Field(
        default=7, description="Days for which what was deleted can be restored, and is paid for: 7 to 90, or 0."
    )
    retention_days: Input[Annotated[int, Field(ge=1, lt=36500)]] | None = Field(
        default=None, description="Days for which no object can be deleted or overwritten, by anybody."
    )
    lock_retention: bool = Field(
        default=False, description="Whether retention_days can never be lowered or removed again."
    )
    abort_uploads_after_days: Input[Days] = Field(
        default=7, description="Days after which the parts of an upload that never ended are deleted."
    )
    lifecycle: dict[RuleName, LifecycleRule] = Field(
        default={}, description="Rules that move or delete objects, under names of your choice."
    )
    readers: dict[RuleName, Input[Member]] = Field(
        default={}, description="Who may list and read objects (serviceAccount:..., group:...), under names of yours."
    )
    writers: dict[RuleName, Input[Member]] = Field(
        default={}, description="Who may list, read, write and delete objects, under names of your choice."
    )
    access_logs: AccessLogs | None = Field(default=None, description="Where usage logs are kept, if at all.")
    force_destroy: bool = Field(
        default=False, description="Whether destroying the bucket deletes the objects in it; must be applied before."
    )

    @model_validator(mode="after")
    def _possible(self) -> StorageBucketArgs:
        refuse(_impossible(self))
        return self

    def keeps_versions(self) -> bool:
        return not self.hierarchical_namespace if self.versioning is None else self.versioning

    def rid_of_versions_after(self) -> int:
        """Also where versions are kept no longer, but not where there can never have been any."""
        return 0 if self.hierarchical_namespace and not self.keeps_versions() else self.noncurrent_days


def _impossible(args: StorageBucketArgs) -> Iterator[Wrong]:
    if args.noncurrent_versions is not None and args.noncurrent_days == 0:
        yield Wrong("noncurrent_versions", "cannot go with noncurrent_days: 0, which keeps all; fix: remove it")
    if args.lock_retention and args.retention_days is None:
        yield Wrong("lock_retention", "needs retention_days to lock; fix: add retention_days, or remove it")
    if args.data_regions is not None:
        if args.data_regions[0] == args.data_regions[1]:
            yield Wrong("data_regions", f"has {args.data_regions[0]} twice; fix: name two regions")
        if not _may_be(args.location, MULTI_REGION):
            yield Wrong("data_regions", "must lie inside of a multi-region; fix: write location: US")
    elif args.turbo_replication and not _may_be(args.location, DUAL_REGION):
        yield Wrong("turbo_replication", "needs a dual-region; fix: remove it, or write location: NAM4")
    for argument in ("readers", "writers"):
        # a member has a role once, and who takes one of two such grants away takes away both
        if pair := twins(getattr(args, argument)):
            yield Wrong(argument, f"has the same one as {pair[0]} and as {pair[1]}; fix: remove one of them")
    if args.autoclass and args.storage_class != "STANDARD":
        yield Wrong("storage_class", "cannot go with autoclass, which begins with STANDARD; fix: remove it")
    if args.autoclass and (moving := [name for name, rule in args.lifecycle.items() if rule.transitions]):
        yield Wrong("lifecycle", f"cannot move objects beside autoclass; fix: remove the transitions of {moving[0]}")


class StorageBucket(Component):
    token = "ultrastack:gcp:StorageBucket"
    cloud = "gcp"
    Args = StorageBucketArgs
    roles = {
        "bucket": "The bucket.",
        "reader-*": "Permission to read for one of the readers.",
        "writer-*": "Permission to read and write for one of the writers.",
    }
    longest = {"bucket": 63}

    bucket_name: Annotated[pulumi.Output[str], "Name of the bucket, once readers and writers have leave to use it."]
    uri: Annotated[pulumi.Output[str], "The bucket as gs://name."]
    self_link: Annotated[pulumi.Output[str], "The bucket's address in the Cloud Storage API."]
    location: Annotated[pulumi.Output[str], "Where the bucket is: US-EAST5, NAM4, US."]

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        if given.get("physical_name") is None and (kept := RESERVED.search(name)):
            return (
                f"has '{kept[0]}' in it, which Google lets no bucket have, and the bucket's name is made of it; "
                "fix: rename the step, or give a physical_name"
            )
        return super().too_long(name, given)

    def __init__(self, name: str, args: StorageBucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        bucket = gcp.storage.Bucket(
            self.child("bucket"),
            name=args.physical_name,
            location=self._location(args),
            custom_placement_config=None
            if args.data_regions is None
            else gcp.storage.BucketCustomPlacementConfigArgs(data_locations=[one.upper() for one in args.data_regions]),
            rpo="ASYNC_TURBO" if args.turbo_replication else None,
            storage_class=args.storage_class,
            autoclass=gcp.storage.BucketAutoclassArgs(enabled=True) if args.autoclass else None,
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            hierarchical_namespace=gcp.storage.BucketHierarchicalNamespaceArgs(enabled=True)
            if args.hierarchical_namespace
            else None,
            encryption=None
            if args.kms_key_name is None
            else gcp.storage.BucketEncryptionArgs(default_kms_key_name=args.kms_key_name),
            versioning=gcp.storage.BucketVersioningArgs(enabled=args.keeps_versions()),
            soft_delete_policy=gcp.storage.BucketSoftDeletePolicyArgs(
                retention_duration_seconds=pulumi.Output.from_input(args.soft_delete_days).apply(
                    lambda days: days * DAY
                )
            ),
            retention_policy=_retention(args),
            lifecycle_rules=rules(
                args.abort_uploads_after_days, args.rid_of_versions_after(), args.noncurrent_versions, args.lifecycle
            ),
            logging=None
            if args.access_logs is None
            else gcp.storage.BucketLoggingArgs(
                log_bucket=args.access_logs.bucket, log_object_prefix=args.access_logs.prefix or None
            ),
            force_destroy=args.force_destroy,
            labels=self.cost_tags,
            opts=self.below(),
        )
        leaves = [self._let(bucket, f"reader-{key}", READER, member) for key, member in args.readers.items()]
        leaves += [self._let(bucket, f"writer-{key}", WRITER, member) for key, member in args.writers.items()]

        # what is taken of the leaves is what they were given, so that a new reader never makes the name unknown
        ready = pulumi.Output.all(bucket.name, *(leave.role for leave in leaves))
        self.bucket_name = ready.apply(lambda known: str(known[0]))
        self.uri = pulumi.Output.concat("gs://", self.bucket_name)
        self.self_link = bucket.self_link
        self.location = bucket.location
        self.finish()

    def _location(self, args: StorageBucketArgs) -> pulumi.Output[str]:
        """As Google writes it, so that no refresh finds another one."""
        given: pulumi.Output[str | None] = (
            region_of(self) if args.location is None else pulumi.Output.from_input(args.location)
        )
        return given.apply(self._somewhere)

    def _somewhere(self, location: str | None) -> str:
        if location is None:
            raise pulumi.RunError(
                f"{self.name} has no location, and its provider no region; fix: add location: us-east5"
            )
        return location.upper()

    def _let(
        self, bucket: gcp.storage.Bucket, role: str, may: str, member: pulumi.Input[str]
    ) -> gcp.storage.BucketIAMMember:
        return gcp.storage.BucketIAMMember(
            self.child(role), bucket=bucket.name, role=may, member=member, opts=self.below()
        )


def _may_be(location: pulumi.Input[str] | None, wanted: re.Pattern[str]) -> bool:
    """Whether it is such a location, or can turn out to be one."""
    return wanted.fullmatch(location) is not None if isinstance(location, str) else location is not None


def _retention(args: StorageBucketArgs) -> gcp.storage.BucketRetentionPolicyArgs | None:
    if args.retention_days is None:
        return None
    return gcp.storage.BucketRetentionPolicyArgs(
        retention_period=pulumi.Output.from_input(args.retention_days).apply(lambda days: str(days * DAY)),
        is_locked=args.lock_retention,
    )
