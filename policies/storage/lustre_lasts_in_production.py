"""A file system of production is not a scratch one."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._lustre import SYSTEM, deployment_of

RULE = Rule(
    title="a Lustre file system of production is persistent",
    level="advisory",
    why="A scratch file system replaces no server that fails: what was on it is gone, and there is no backup.",
    fix="set `deploymentType` to PERSISTENT_2, or keep all that matters in S3",
    references=("https://docs.aws.amazon.com/fsx/latest/LustreGuide/using-fsx-lustre.html",),
)
PRODUCTION = ("prod", "production")
TAGS = ("environment", "env", "stage")


@RULE.resource(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    tags = {name.lower(): name for name in system.block("tags").values}
    said = {system.block("tags").text(tags[name]).lower() for name in TAGS if name in tags}
    if not said & set(PRODUCTION):
        raise NotApplicable
    if deployment_of(system).startswith("SCRATCH"):
        yield fail(system, f"a {deployment_of(system)} file system serves production", at="deploymentType")
