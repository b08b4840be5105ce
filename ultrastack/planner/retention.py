"""Does a change let stored data end sooner, though what holds it stays? Rules that delete what is too old."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ultrastack.model.change import Change
from ultrastack.model.graph import Resource

from .sizes import number

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKETS = ("gcp:storage/bucket:Bucket", "aws:s3/bucket:Bucket")  # with rules of their own
FOR_EVER = float("inf")
AGES = ("age", "daysSinceNoncurrentTime", "daysSinceCustomTime")  # of a Google bucket's condition
ENDS = {  # of a rule of S3
    "expiration": ("days", "objects"),
    "noncurrentVersionExpiration": ("noncurrentDays", "earlier versions"),
    "noncurrentVersionExpirations": ("noncurrentDays", "earlier versions"),
}


class Sooner(NamedTuple):
    path: str  # of the input that says so
    why: str  # what goes: earlier versions older than 7 days are deleted
    certain: bool


class _End(NamedTuple):
    scope: str  # which objects
    what: str
    days: float


def sooner(change: Change, onto_old_data: bool) -> Sooner | None:
    """`onto_old_data`: it is a new set of rules for what was there before."""
    old, new = change.old, change.new
    if new is None or (old is None and not onto_old_data):
        return None
    if new.type == LOG_GROUP and old is not None:
        return _of_logs(old, new)
    if new.type == LIFECYCLE or (new.type in BUCKETS and old is not None):
        return _of_objects(old, new)
    return None


def _of_logs(old: Resource, new: Resource) -> Sooner | None:
    """botocore 1.44.5, logs PutRetentionPolicy: events are deleted once they are older; 0 and nothing is for ever."""
    was, now = (number(one.inputs.get("retentionInDays", 0)) for one in (old, new))
    if was is None or now is None or (now or FOR_EVER) >= (was or FOR_EVER):
        return None
    return Sooner("retentionInDays", f"events older than {now:g} days are deleted", True)


def _of_objects(old: Resource | None, new: Resource) -> Sooner | None:
    before = list(_ends(old)) if old is not None else []
    for one in _ends(new):
        earlier = [end.days for end in before if (end.scope, end.what) == (one.scope, one.what)]
        if not earlier or one.days < min(earlier):
            path = "lifecycleRules" if new.type in BUCKETS else "rules"
            return Sooner(path, f"{one.what} older than {one.days:g} days are deleted", False)
    return None


def _ends(resource: Resource) -> Iterator[_End]:
    for rule in _blocks(resource.inputs.get("rules", resource.inputs.get("lifecycleRules"))):
        if "action" in rule:
            yield from _of_google(rule)
        elif rule.get("status", "Enabled") == "Enabled" and rule.get("enabled", True) is not False:
            scope = json.dumps([rule.get("filter"), rule.get("prefix"), rule.get("tags")], sort_keys=True, default=str)
            for name, (days, what) in ENDS.items():
                for block in _blocks(rule.get(name)):
                    if age := number(block.get(days, block.get("days"))):
                        yield _End(scope, what, age)


def _of_google(rule: Mapping[str, Any]) -> Iterator[_End]:
    if not any(block.get("type") == "Delete" for block in _blocks(rule["action"])):
        return
    for condition in _blocks(rule.get("condition")):
        rest = {name: value for name, value in condition.items() if name not in AGES}
        for name in AGES:
            if (age := number(condition.get(name))) is not None:
                what = "earlier versions" if name == "daysSinceNoncurrentTime" else "objects"
                yield _End(json.dumps([name, rest], sort_keys=True, default=str), what, age)


def _blocks(value: Any) -> list[dict[str, Any]]:
    """One block or many; what only the cloud knows is none."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
