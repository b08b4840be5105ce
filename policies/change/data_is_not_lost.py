"""A change does not take away what holds data, unless something keeps the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ultrastack.catalog import resource_type

from ..rule import NotApplicable, Rule, Said, Undecided
from ..world import Subject, SubjectChange
from ._going import gone, said

RULE = Rule(
    title="a change does not lose data",
    level="mandatory",
    why="A resource that is deleted or replaced takes along what it holds, and most of them leave no copy.",
    fix="keep the old value, or set `protect` or `retain_on_delete` and bring that up first; copy the data before",
    references=(
        "https://github.com/aws/aws-parallelcluster/issues/4651",
        "https://github.com/hashicorp/terraform-provider-aws/issues/17183",
    ),
)


class Keeper(NamedTuple):
    """An input that decides what a delete leaves, in the words of `destroy` in the catalogue's resource_types.csv."""

    name: str
    keeps: bool  # the value with which nothing is lost
    unset: bool


KEEPERS: Mapping[str, Keeper] = {
    "aws:cloudwatch/logGroup:LogGroup": Keeper("skipDestroy", True, False),
    "aws:ebs/volume:Volume": Keeper("finalSnapshot", True, False),
    "aws:ecr/repository:Repository": Keeper("forceDelete", False, False),
    "aws:s3/bucket:Bucket": Keeper("forceDestroy", False, False),
    "gcp:compute/disk:Disk": Keeper("createSnapshotBeforeDestroy", True, False),
    "gcp:container/cluster:Cluster": Keeper("deletionProtection", True, True),
    "gcp:filestore/instance:Instance": Keeper("deletionProtectionEnabled", True, False),
    "gcp:storage/bucket:Bucket": Keeper("forceDestroy", False, False),
}
ANYTHING = "aws:cloudcontrol/resource:Resource"
IN_THE_PROGRAM = ("aws:ssm/parameter:Parameter", "gcp:storage/bucketObject:BucketObject")  # what they hold stands there
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"


@RULE.change("*")
def check(change: SubjectChange) -> Iterator[Said]:
    row = resource_type(change.subject.type)
    if row is None or row.holds != "data" or row.name in IN_THE_PROGRAM:
        raise NotApplicable
    old = gone(change)
    if old is not None and not _leaves_a_copy(old):
        if row.name == ANYTHING:
            raise Undecided(f"what {old.text('typeName')} holds", old, "typeName")
        yield from said(change, "and what it holds is lost")


def _leaves_a_copy(old: Subject) -> bool:
    """As it was brought up: an input that comes with the same change comes too late."""
    if old.type == LUSTRE:
        scratch = old.text("deploymentType", "SCRATCH_1").startswith("SCRATCH")  # never leaves a backup
        return not scratch and not old.flag("skipFinalBackup", True)
    kept = keeper(old.type)
    return kept is not None and old.flag(kept.name, kept.unset) == kept.keeps


def keeper(token: str) -> Keeper | None:
    """Of a type by any name that it had."""
    row = resource_type(token)
    return KEEPERS.get(row.name if row is not None else token)
