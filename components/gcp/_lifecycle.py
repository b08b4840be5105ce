"""What happens to the objects of a bucket as they grow old?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

import pulumi
import pulumi_gcp as gcp
from pydantic import Field, model_validator

from ..component import Input, Strict
from ..object_lifecycle import check_rule

Days = Annotated[int, Field(ge=1)]
# https://cloud.google.com/storage/docs/lifecycle: objects move to colder classes only
ColderClass = Literal["NEARLINE", "COLDLINE", "ARCHIVE"]
COLDER = ("NEARLINE", "COLDLINE", "ARCHIVE")


class Transition(Strict):
    after_days: Input[Days] = Field(description="Days after an object was written.")
    storage_class: Input[ColderClass] = Field(description="Storage class that the object moves to.")


class LifecycleRule(Strict):
    prefix: Input[str] = Field(default="", description="Beginning of the names that the rule is for; all if left out.")
    larger_than_bytes: Input[Annotated[int, Field(ge=1)]] | None = Field(
        default=None, description="Only objects of more bytes than this."
    )
    expire_after_days: Input[Days] | None = Field(
        default=None, description="Days after which an object is deleted (with versioning: becomes noncurrent)."
    )
    transitions: list[Transition] = Field(default=[], description="Moves to cheaper storage classes.")

    @model_validator(mode="after")
    def _does_something(self) -> LifecycleRule:
        check_rule(self.expire_after_days, self.transitions)
        known = [
            (COLDER.index(one.storage_class), one.after_days)
            for one in self.transitions
            if isinstance(one.storage_class, str) and isinstance(one.after_days, int)
        ]
        for (warm, sooner), (cold, later) in pairwise(sorted(known)):
            if sooner >= later:
                raise ValueError(
                    f"objects never get to {COLDER[warm]}, since they are {COLDER[cold]} by then; "
                    f"fix: move them to {COLDER[cold]} after more than {sooner} days"
                )
        return self


def rules(
    abort_uploads_after_days: Input[int],
    noncurrent_days: int,
    noncurrent_versions: int | None,
    own: Mapping[str, LifecycleRule],
) -> list[gcp.storage.BucketLifecycleRuleArgs]:
    """The user's own rules, after those that clear away what nobody sees and everybody pays for."""
    made = [_rule(_action("AbortIncompleteMultipartUpload"), age=abort_uploads_after_days)]
    if noncurrent_days:
        # storage v1 discovery, numNewerVersions: the live version counts among the newer ones
        newer = None if noncurrent_versions is None else noncurrent_versions + 1
        when = {"days_since_noncurrent_time": noncurrent_days, "num_newer_versions": newer}
        made.append(_rule(_action("Delete"), **when))
    return made + [each for rule in own.values() for each in _own(rule)]


def _own(rule: LifecycleRule) -> Iterator[gcp.storage.BucketLifecycleRuleArgs]:
    """A rule of Cloud Storage does one thing."""
    everything = isinstance(rule.prefix, str) and not rule.prefix
    about = {
        "matches_prefixes": None if everything else [rule.prefix],
        "size_above_bytes": rule.larger_than_bytes,
        # noncurrent versions have a rule of their own
        "with_state": "LIVE",
    }
    for one in rule.transitions:
        yield _rule(_action("SetStorageClass", one.storage_class), age=one.after_days, **about)
    if rule.expire_after_days is not None:
        yield _rule(_action("Delete"), age=rule.expire_after_days, **about)


def _action(type_: str, storage_class: pulumi.Input[str] | None = None) -> gcp.storage.BucketLifecycleRuleActionArgs:
    return gcp.storage.BucketLifecycleRuleActionArgs(type=type_, storage_class=storage_class)


def _rule(action: gcp.storage.BucketLifecycleRuleActionArgs, **when: object) -> gcp.storage.BucketLifecycleRuleArgs:
    condition = gcp.storage.BucketLifecycleRuleConditionArgs(**when)  # type: ignore[arg-type]  # names as above
    return gcp.storage.BucketLifecycleRuleArgs(action=action, condition=condition)
