"""No new file system is made with Parallelstore, which Google is retiring."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="no file system is made with Parallelstore",
    level="advisory",
    why="Google retires Parallelstore: GKE calls its driver no longer supported, and Google's toolkit takes it out.",
    fix="make a `gcp.lustre.Instance` (Managed Lustre)",
    references=("https://github.com/GoogleCloudPlatform/cluster-toolkit",),
)


@RULE.resource("gcp:parallelstore/instance:Instance", "gcp:container/cluster:Cluster")
def check(subject: Subject) -> Iterator[Said]:
    driver = "addonsConfig.parallelstoreCsiDriverConfig"
    if subject.type.startswith("gcp:parallelstore/"):
        yield fail(subject, f"{subject.name} is a Parallelstore instance")
    elif subject.has(driver) and subject.flag(f"{driver}.enabled"):
        yield fail(subject, f"{subject.name} has the driver for Parallelstore", at=driver)
