"""A persistent Lustre file system leaves a backup when it is deleted, or has its data in S3."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._lustre import SYSTEM, deployment_of, links_of

RULE = Rule(
    title="a persistent Lustre file system leaves a backup when it goes",
    level="advisory",
    why="Pulumi asks for no final backup unless it is told to, and the setting has to be there before the delete.",
    fix="set `skipFinalBackup` to false, or link the file system to S3 with an export",
    references=(
        "https://github.com/aws/aws-parallelcluster/issues/4651",
        "https://github.com/hashicorp/terraform-provider-aws/issues/17183",
    ),
)


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    if deployment_of(system).startswith("SCRATCH"):
        raise NotApplicable
    if not system.flag("skipFinalBackup", True) or system.has("exportPath"):
        return
    links = links_of(system)
    if any(link.knows("s3") and link.has("s3.autoExportPolicy") for link in links):
        return
    if system.resource.options.protect or system.resource.options.retain_on_delete:
        return
    for link in links:
        link.get("s3")
    remedy = {"aws.fsx_lustre.final_backup": True}
    yield fail(system, "nothing is left of it when it is deleted", at="skipFinalBackup", remedy=remedy)
