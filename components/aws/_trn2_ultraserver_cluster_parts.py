"""What are the arguments inside the arguments of a Trn2 UltraServer cluster?"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

import pulumi
from pydantic import AfterValidator, Field, model_validator

from ..component import Input, Strict
from ..names import Like, RuleName
from ..refusals import Wrong, refuse
from ._node_policy import Granted

SYSTEM = {
    *("bin", "boot", "dev", "etc", "lib", "lib64", "opt", "proc", "root"),
    *("run", "sbin", "sys", "tmp", "usr", "var", "opt/aws", "opt/amazon", "etc/ultrastack"),
}
Positive = Annotated[int, Field(ge=1)]


def _at(moment: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(moment)


def _moment(text: str) -> str:
    try:
        if _at(text).tzinfo is not None:
            return text
    except ValueError:
        pass
    raise ValueError("must be a moment with its zone; fix: write it like 2026-12-01T11:30:00Z")


Moment = Annotated[str, AfterValidator(_moment)]


class UltraServer(Strict):
    """Four machines on a capacity block or reservation of their own."""

    id: (
        Input[
            Annotated[
                str, Like("^cr-[0-9a-f]+$", "must be the id of a reservation; fix: write it like cr-0a1b2c3d4e5f60718")
            ]
        ]
        | None
    ) = Field(default=None, description="Id of the capacity block or reservation (cr-...).")
    resource_group_arn: (
        Input[Annotated[str, Like("^arn:", "must be an ARN; fix: write it like arn:aws:resource-groups:...")]] | None
    ) = Field(default=None, description="ARN of a resource group that holds the UltraServer's block, instead of an id.")
    name: RuleName | None = Field(
        default=None,
        description="Name among the UltraServers, part of its nodes' names; the id, or the group's name, if left out.",
    )
    kind: Literal["capacity-block", "reservation"] = Field(
        default="capacity-block", description="What was bought: a capacity block, or an on-demand capacity reservation."
    )
    placement_group: Input[str] | None = Field(
        default=None, description="Name of the placement group of a reservation that was made in one; a block has none."
    )
    starts_at: Moment | None = Field(default=None, description="When the block starts, as 2026-12-01T11:30:00Z.")
    ends_at: Moment | None = Field(default=None, description="When the block ends.")
    upfront_usd: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="What the block cost, in US dollars."
    )
    launch: bool = Field(
        default=True, description="Whether its nodes exist: false before the block has started and after it has ended."
    )

    @model_validator(mode="after")
    def _possible(self) -> UltraServer:
        if (self.id is None) == (self.resource_group_arn is None):
            raise ValueError("needs either id or resource_group_arn; fix: add id: cr-..., and only that")
        if self.name is None and not isinstance(self.reservation, str):
            raise ValueError("needs a name, as its reservation is only known later; fix: add name: first")
        if self.placement_group is not None and self.kind == "capacity-block":
            refuse(
                [Wrong("placement_group", "cannot go with a capacity block, which is placed already; fix: remove it")]
            )
        if self.starts_at and self.ends_at and _at(self.starts_at) >= _at(self.ends_at):
            refuse([Wrong("ends_at", "must be after starts_at; fix: exchange them")])
        return self

    @property
    def reservation(self) -> pulumi.Input[str]:
        """Its id, or the ARN of its group."""
        return self.id if self.id is not None else self.resource_group_arn  # type: ignore[return-value]  # one is there

    @property
    def key(self) -> str:
        """Its name among the children; not its place in the list, so that an ended block can be taken out of it."""
        if self.name is not None:
            return self.name
        return re.sub(r"[^A-Za-z0-9_-]+", "-", str(self.reservation).rsplit("/", 1)[-1])


class RootVolume(Strict):
    size_gib: Input[Positive] = Field(default=500, description="Size in GiB.")
    type: Literal["gp3", "io1", "io2"] = Field(default="gp3", description="Type of EBS volume.")
    iops: Input[Positive] | None = Field(default=None, description="Operations per second; needed for io1 and io2.")
    throughput_mbps: Input[Positive] | None = Field(default=None, description="MiB/s, for gp3.")
    kms_key_id: Input[str] | None = Field(default=None, description="KMS key; the account's default key if left out.")
    device_name: str | None = Field(
        default=None, description="The image's root device; by default that of the catalogue's image, else /dev/sda1."
    )

    @model_validator(mode="after")
    def _together(self) -> RootVolume:
        if self.type != "gp3" and self.iops is None:
            refuse([Wrong("iops")])
        if self.type != "gp3" and self.throughput_mbps is not None:
            refuse([Wrong("throughput_mbps", f"cannot go with {self.type}; fix: remove it, or write type: gp3")])
        return self


def _mountable(system: dict[str, Any]) -> dict[str, Any]:
    if missing := [key for key in ("dns_name", "mount_name") if key not in system]:
        raise ValueError(f"needs {missing[0]}; fix: take the `mount` output of aws.fsx_lustre")
    return system


def _free(path: str) -> str:
    if path.rstrip("/").lstrip("/") in SYSTEM:
        raise ValueError("would hide a directory of the operating system; fix: write it like /fsx")
    return path


class Mount(Strict):
    file_system: Input[Annotated[dict[str, Input[str]], AfterValidator(_mountable)]] = Field(
        description="The `mount` output of an aws.fsx_lustre: dns_name and mount_name."
    )
    path: Annotated[
        str,
        Like(
            r"^(/[A-Za-z0-9_][A-Za-z0-9_.+@-]*)+/?$",
            "must be a directory from the root, of letters, digits and _.+@-; fix: write it like /fsx",
        ),
        AfterValidator(_free),
    ] = Field(description="Directory under which nodes see it (/fsx).")

    def names(self) -> pulumi.Output[tuple[str, str]]:
        """dns_name and mount_name."""
        system: pulumi.Output[dict[str, Any]] = pulumi.Output.from_input(self.file_system)
        return system.apply(lambda known: (known["dns_name"], known["mount_name"]))


class DataBucket(Strict):
    arn: (
        Input[
            Annotated[
                str, Like("^arn:[a-z-]+:s3:::", "must be the ARN of a bucket; fix: write it like arn:aws:s3:::bucket")
            ]
        ]
        | None
    ) = Field(default=None, description="ARN of a bucket.")
    uri: (
        Input[Annotated[str, Like("^s3://", "must be a place in S3; fix: write it like s3://bucket/prefix")]] | None
    ) = Field(
        default=None, description="Bucket and prefix as s3://bucket/prefix, instead of an ARN: only what lies under it."
    )
    access: Literal["read", "read-write"] = Field(default="read", description="What nodes may do with its objects.")

    @model_validator(mode="after")
    def _one(self) -> DataBucket:
        if (self.arn is None) == (self.uri is None):
            raise ValueError("needs either arn or uri; fix: add uri: s3://..., and only that")
        return self

    def granted(self) -> pulumi.Output[Granted]:
        writes = self.access == "read-write"
        if self.arn is not None:
            return pulumi.Output.from_input(self.arn).apply(lambda arn: Granted(*_cut(arn), writes))
        uri = self.uri if self.uri is not None else ""
        return pulumi.Output.from_input(uri).apply(
            lambda known: Granted(*_cut("arn:aws:s3:::" + known.removeprefix("s3://")), writes)
        )


def _cut(arn: str) -> tuple[str, str]:
    """ARN of the bucket, and the prefix within it."""
    bucket, _, prefix = arn.partition("/")
    return bucket, prefix.strip("/")
