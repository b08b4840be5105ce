"""A resource policy for TPUs does not keep its name when its topology changes."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import SubjectChange

RULE = Rule(
    title="a TPU's resource policy gets a new name with a new topology",
    level="mandatory",
    why="A topology is not changed in place: with a fixed name the old policy has to go first, which its "
    "machines forbid, and whoever names it goes on with the old topology.",
    fix="leave `name` out, so that each topology has a policy of its own, or put the topology into the name",
    references=("https://github.com/AI-Hypercomputer/xpk/issues/752",),
)

TOPOLOGIES = ("workloadPolicy.acceleratorTopology", "groupPlacementPolicy.tpuTopology")


@RULE.change("gcp:compute/resourcePolicy:ResourcePolicy")
def check(change: SubjectChange) -> Iterator[Said]:
    old, new = change.old, change.new
    if old is None or new is None:
        raise NotApplicable
    at = next((path for path in TOPOLOGIES if old.raw(path) != new.raw(path)), None)
    if at is None:
        raise NotApplicable
    if not new.has("name") or old.text("name") != new.text("name"):
        return
    was, now = old.text(at, "no topology"), new.text(at, "no topology")
    yield fail(new, f"{new.text('name')} keeps its name and goes from {was} to {now}", at=at)
