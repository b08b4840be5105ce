"""What does a change in place take away? Machines that are given back, made anew or stopped, data that ends sooner."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import ResourceType
from ultrastack.model.change import PropertyChange
from ultrastack.policies.change import fleet_is_not_drained
from ultrastack.policies.checking import asked
from ultrastack.policies.launches import GROUP, TEMPLATE
from ultrastack.policies.rule import Undecided
from ultrastack.policies.world import Subject, SubjectChange

from .change_words import because, follows
from .retention import LIFECYCLE, sooner
from .sizes import shrinking
from .taken import Found, is_about, would_be_missed
from .ways_out import top

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
SCALED = "aws:appautoscaling/target:Target"
ENDS = "what runs on them ends"
ROLLING = "rolling node replacement"
# pulumi-aws 7, GroupInstanceRefreshArgs: a refresh is always triggered by a change of these
REFRESHED_BY = ("launchConfiguration", "launchTemplate", "mixedInstancesPolicy")
# pulumi-gcp 10, InstanceGroupManagerUpdatePolicyArgs: what needs more than is allowed is not done at all
GENTLE = ("NONE", "REFRESH")


def disturbed(about: SubjectChange, row: ResourceType | None) -> Iterator[Found]:
    change = about.change
    if change.kind not in ("update", "create"):
        return
    if end := sooner(change, _is_for_old_objects(about)):
        happens = "is created" if change.kind == "create" else f"is changed ({end.path})"
        yield Found("data loss", end.why, end.certain, happens, (end.path,))
    if change.kind == "update" and row is not None:
        yield from _scaled_in(about)
        yield from _drained(about, row)
        yield from _stopped(about, row)
        yield from _at_rest(about)


def _is_for_old_objects(about: SubjectChange) -> bool:
    """New rules for a bucket that was there before."""
    new = about.new
    if new is None or new.type != LIFECYCLE or about.change.kind != "create":
        return False
    try:
        bucket = new.world.meant(new, "bucket", *BUCKETS)
    except Undecided:
        return False
    made = {one.new.urn for one in about.beside if one.new is not None and one.kind == "create"}
    return isinstance(bucket, Subject) and bucket.urn not in made


def _scaled_in(about: SubjectChange) -> Iterator[Found]:
    less = shrinking(about.change)
    scarce = would_be_missed(about) if less is not None else None
    if less is not None and scarce is not None:
        happens = f"becomes smaller: {because(less.properties)}"
        lost = "what it has more goes back to the cloud" if less.certain else "what it has more may go back"
        paths = tuple(one.path for one in less.properties)
        yield Found("capacity given back", lost, less.certain and scarce, happens, paths)


def _drained(about: SubjectChange, row: ResourceType) -> Iterator[Found]:
    if about.new is not None and about.new.raw("updatePolicy.mostDisruptiveAllowedAction") in GENTLE:
        return
    paths = tuple(one.path for one in about.change.properties)
    if is_about(fleet_is_not_drained.RULE, about):
        said = asked(fleet_is_not_drained.RULE, about.subject, about)
        for one in said.said[:1]:
            loud = tuple(path for path in paths if not path.startswith(fleet_is_not_drained.QUIET))
            at = loud if about.subject.type == TEMPLATE else (one.at,) if one.at in paths else paths
            yield Found("fleet drained", ENDS, one.verdict == "fail", f"is changed: {one.message}", at)
            return
    remaking = [one for one in about.change.properties if not follows(one) and _remakes(row, one.path)]
    remaking = remaking or list(_refreshing(about))
    if remaking:
        how = "which makes its machines anew, some at a time"
        at = tuple(one.path for one in remaking)
        yield Found("fleet drained", ENDS, True, f"is changed: {because(remaking)}, {how}", at)


def _stopped(about: SubjectChange, row: ResourceType) -> Iterator[Found]:
    """The catalogue says of each input of a machine whether it is stopped for it."""
    stopping = [one for one in about.change.properties if _stops(row, one.path)]
    if not stopping:
        return
    happens = f"is stopped and started: {because(stopping)}"
    paths = tuple(one.path for one in stopping)
    if would_be_missed(about) is not None:
        lost = "its capacity goes back meanwhile, and a start may find none"
        yield Found("capacity given back", lost, False, happens, paths)
    yield Found("fleet drained", "what runs on it ends, and local disks are emptied", True, happens, paths)


def _at_rest(about: SubjectChange) -> Iterator[Found]:
    """A variant, or copies of a component, that may go down to none: the next caller waits for a machine."""
    one = about.change.of("minCapacity")
    new = about.new
    if new is None or new.type != SCALED or one is None or one.old in (0, None) or one.new != 0:
        return
    if new.raw("serviceNamespace") == "sagemaker":
        lost = "nobody answers while it rests"
        yield Found("endpoint down", lost, False, f"may go down to none: {because([one])}", ("minCapacity",))


def _remakes(row: ResourceType, path: str) -> bool:
    """As the catalogue says of inputs of node groups and pools."""
    found = row.about(path)
    return found is not None and (found.disrupts.startswith("re-creates") or ROLLING in found.note)


def _refreshing(about: SubjectChange) -> Iterator[PropertyChange]:
    """Of a group that rolls through its machines by itself. Another version of its template is told there."""
    new = about.new
    if new is None or new.type != GROUP or not new.has("instanceRefresh"):
        return
    triggers = new.raw("instanceRefresh.triggers")
    starting = {*REFRESHED_BY, *(triggers if isinstance(triggers, list) else [])}
    yield from (one for one in about.change.properties if top(one.path) in starting and not follows(one))


def _stops(row: ResourceType, path: str) -> bool:
    found = row.about(path)
    words = f"{found.disrupts} {found.note}" if found is not None else ""
    return any(one in words for one in ("stops the VM", "stop and start", "is stopped"))
