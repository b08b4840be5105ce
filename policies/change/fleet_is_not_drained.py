"""A change does not make all machines of a running group anew."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import resource_type

from ..launches import GROUP, NODE_GROUP, TEMPLATE, launches_from
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject, SubjectChange

RULE = Rule(
    title="a change leaves the running machines of a group alone",
    level="advisory",
    why="A job on many machines ends when one of them goes, and in a full block no other one can be started.",
    fix="bring it up between two jobs, or let groups take new machines only as old ones end",
    references=("https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html",),
)

REMAKES = "re-creates every node"  # as the catalogue's `disrupts` begins
PROACTIVE = "with updatePolicy.type PROACTIVE"
QUIET = ("tags", "description", "name", "updateDefaultVersion")


@RULE.change(
    TEMPLATE,
    GROUP,
    "gcp:container/nodePool:NodePool",
    "gcp:compute/instanceGroupManager:InstanceGroupManager",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
)
def check(change: SubjectChange) -> Iterator[Said]:
    if change.new is None or change.change.kind != "update":
        raise NotApplicable
    if change.new.type == TEMPLATE:
        yield from _of_template(change, change.new)
    else:
        yield from _of_group(change, change.new)


def _of_template(change: SubjectChange, template: Subject) -> Iterator[Said]:
    changed = [one.path for one in change.change.properties if not one.path.startswith(QUIET)]
    for launch in launches_from(template) if changed else ():
        yield from each(_started, template, launch.subject, changed[0])


def _started(template: Subject, group: Subject, at: str) -> Iterator[Said]:
    if group.type == NODE_GROUP:
        yield fail(template, f"a new version makes all nodes of {group.name} anew", at=at)
    elif group.has("instanceRefresh"):
        yield fail(template, f"a new version starts the instance refresh of {group.name}", at=at)


def _of_group(change: SubjectChange, group: Subject) -> Iterator[Said]:
    row = resource_type(group.type)
    for one in change.change.properties:
        about = row.about(one.path) if row is not None else None
        disrupts = about.disrupts if about is not None else ""
        proactive = disrupts.startswith(PROACTIVE) and _makes_anew(group)
        if disrupts.startswith(REMAKES) or proactive:
            yield fail(group, f"another `{one.path}` makes all of its machines anew", at=one.path)
            return


def _makes_anew(group: Subject) -> bool:
    """What needs more than is allowed is not done at all (pulumi-gcp 10, InstanceGroupManagerUpdatePolicyArgs)."""
    if group.text("updatePolicy.type") != "PROACTIVE":
        return False
    return group.text("updatePolicy.mostDisruptiveAllowedAction") not in ("NONE", "REFRESH")
