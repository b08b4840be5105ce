"""A machine of Google Cloud measures how it started."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject

RULE = Rule(
    title="a machine of Google Cloud measures how it started",
    level="advisory",
    why="With vTPM or integrity monitoring turned off nobody sees that what the machine boots was changed.",
    fix="leave enableVtpm and enableIntegrityMonitoring on",
    references=("https://cloud.google.com/compute/docs/instances/modifying-shielded-vm",),
)
NODE_POOL = "gcp:container/nodePool:NodePool"


@RULE.resource(
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    NODE_POOL,
)
def check(subject: Subject) -> Iterator[Said]:
    name = "nodeConfig.shieldedInstanceConfig" if subject.type == NODE_POOL else "shieldedInstanceConfig"
    if not subject.has(name):
        raise NotApplicable  # both are on unless somebody turns them off
    shielded = subject.block(name)
    for option, what in (("enableVtpm", "its vTPM"), ("enableIntegrityMonitoring", "integrity monitoring")):
        if shielded.has(option) and not shielded.flag(option):
            yield fail(shielded, f"{subject.name} has {what} turned off", at=option, fix=f"write {option}: true")
