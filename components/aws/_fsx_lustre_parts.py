"""What are the arguments inside the arguments of a Lustre file system, and which of their words go together?"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ..component import Input, Strict
from ..names import Like
from ..refusals import Wrong, refuse
from ._logs import RetentionDays

Positive = Annotated[int, Field(ge=1)]
Time = r"([01]\d|2[0-3]):[0-5]\d"
Event = Literal["NEW", "CHANGED", "DELETED"]


# botocore fsx: LustreNoSquashNid, and LogDestination in LustreLogCreateConfiguration
Nid = Annotated[
    str,
    Like(r"^([0-9\[\]-]*\.){3}[0-9\[\]-]*@tcp$", "must be a Lustre network id; fix: write it like 10.0.1.6@tcp"),
]
LogGroupArn = Annotated[
    str,
    Like(
        r"^arn:[^:]+:logs:[^:]+:[0-9]{12}:log-group:/aws/fsx",
        "must be the ARN of a log group whose name begins with /aws/fsx; "
        "fix: write it like arn:aws:logs:us-east-2:111122223333:log-group:/aws/fsx/lustre",
    ),
]


class Metadata(Strict):
    mode: Literal["AUTOMATIC", "USER_PROVISIONED"] = Field(
        description="Whether the metadata servers grow with the storage or have the iops given here."
    )
    iops: Input[Positive] | None = Field(
        default=None, description="Metadata operations per second; lowering it replaces the file system."
    )

    @model_validator(mode="after")
    def _together(self) -> Metadata:
        if self.mode == "USER_PROVISIONED" and self.iops is None:
            refuse([Wrong("iops")])
        if self.mode == "AUTOMATIC" and self.iops is not None:
            refuse([Wrong("iops", "cannot go with mode AUTOMATIC; fix: remove it, or write mode: USER_PROVISIONED")])
        return self


class ReadCache(Strict):
    mode: Literal["NO_CACHE", "USER_PROVISIONED", "PROPORTIONAL_TO_THROUGHPUT_CAPACITY"] = Field(
        description="How the SSD cache before the tiered storage is sized."
    )
    size_gib: Input[Positive] | None = Field(
        default=None, description="Size of the cache in GiB, for USER_PROVISIONED."
    )

    @model_validator(mode="after")
    def _together(self) -> ReadCache:
        if self.mode == "USER_PROVISIONED" and self.size_gib is None:
            refuse([Wrong("size_gib")])
        if self.mode != "USER_PROVISIONED" and self.size_gib is not None:
            refuse(
                [Wrong("size_gib", f"cannot go with mode {self.mode}; fix: remove it, or write mode: USER_PROVISIONED")]
            )
        return self


class RootSquash(Strict):
    uid_gid: Input[
        Annotated[str, Like(r"^[0-9]{1,10}:[0-9]{1,10}$", "must be two numbers; fix: write it like 65534:65534")]
    ] = Field(description="User and group that a client's root becomes, as uid:gid; 0:0 switches root squash off.")
    exempt_nids: list[Input[Nid]] = Field(
        default=[], description="Clients whose root stays root, as Lustre network ids (10.0.1.6@tcp)."
    )


class Logs(Strict):
    level: Literal["DISABLED", "WARN_ONLY", "ERROR_ONLY", "WARN_ERROR"] = Field(
        description="Which events of the S3 links are logged."
    )
    log_group_arn: Input[LogGroupArn] | None = Field(
        default=None, description="Log group to use, its name starting with /aws/fsx; one is made if left out."
    )
    retention_days: RetentionDays = Field(
        default=30, description="Days after which the log group made here deletes an event."
    )

    @model_validator(mode="after")
    def _together(self) -> Logs:
        if self.level == "DISABLED" and self.log_group_arn is not None:
            refuse([Wrong("log_group_arn", "cannot go with level DISABLED; fix: remove it")])
        return self


class Backups(Strict):
    retention_days: Input[Annotated[int, Field(ge=0, le=90)]] = Field(
        description="Days that an automatic backup is kept; 0 makes none."
    )
    daily_start: Input[Annotated[str, Like(f"^{Time}$", "must be a time of day; fix: write it like 05:00")]] | None = (
        Field(default=None, description="When the automatic backup starts, HH:MM in UTC.")
    )
    copy_tags: bool = Field(default=False, description="Whether backups get the tags of the file system.")

    @model_validator(mode="after")
    def _together(self) -> Backups:
        if isinstance(self.retention_days, int) and self.retention_days == 0 and self.daily_start is not None:
            refuse(
                [Wrong("daily_start", "needs retention_days of at least 1; fix: remove it, or raise retention_days")]
            )
        return self


def _once(events: list[Event]) -> list[Event]:
    if twice := sorted({one for one in events if events.count(one) > 1}):
        raise ValueError(f"has {twice[0]} twice; fix: remove one")
    return events


class DataRepositoryAssociation(Strict):
    path: Annotated[str, Like("^/", "must be a directory from the root; fix: write it like /datasets")] = Field(
        description="Directory of the file system that shows the bucket (/datasets)."
    )
    uri: Input[Annotated[str, Like("^s3://[^/]", "must be a place in S3; fix: write it like s3://bucket/prefix")]] = (
        Field(description="Bucket and prefix, as s3://bucket/prefix.")
    )
    import_events: Annotated[list[Event], AfterValidator(_once)] = Field(
        default=[], description="Changes in the bucket that the file system follows."
    )
    export_events: Annotated[list[Event], AfterValidator(_once)] = Field(
        default=[], description="Changes of files that the bucket follows."
    )
    import_metadata: bool = Field(
        default=False, description="Whether the names of all objects are loaded when the link is made; no effect later."
    )
    chunk_size_mib: Input[Annotated[int, Field(ge=1, le=512000)]] | None = Field(
        default=None, description="Most MiB of an imported file that lie on one disk; 1024 if left out."
    )
    delete_data: bool = Field(
        default=False, description="Whether removing the link also deletes its files from the file system."
    )

    @property
    def slug(self) -> str:
        """The link's name among the children: by its path, so that reordering the list changes nothing."""
        return re.sub(r"[^A-Za-z0-9_.]+", "-", self.path).strip("-") or "root"


def apart(links: list[DataRepositoryAssociation]) -> list[DataRepositoryAssociation]:
    """Each has a directory and a place in S3 of its own (FSx CreateDataRepositoryAssociation)."""
    for n, link in enumerate(links):
        for earlier in links[:n]:
            a, b = (one.path.rstrip("/") + "/" for one in (earlier, link))
            if a.startswith(b) or b.startswith(a):
                raise ValueError(f"{earlier.path} and {link.path} overlap; fix: link directories beside each other")
            if isinstance(link.uri, str) and isinstance(earlier.uri, str) and link.uri == earlier.uri:
                raise ValueError(f"{earlier.path} and {link.path} show the same {link.uri}; fix: remove one")
            if earlier.slug == link.slug:
                raise ValueError(f"{earlier.path} and {link.path} are too alike to be told apart; fix: rename one")
    return links
