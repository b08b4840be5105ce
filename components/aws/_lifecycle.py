"""What happens to the objects of a bucket as they grow old?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pulumi_aws as aws
from pydantic import Field, model_validator

from ..component import Input, Strict
from ..object_lifecycle import check_rule

Days = Annotated[int, Field(ge=1)]
# S3 PutBucketLifecycleConfiguration, TransitionStorageClass
StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]


class Transition(Strict):
    after_days: Input[Annotated[int, Field(ge=0)]] = Field(description="Days after an object was written.")
    storage_class: Input[StorageClass] = Field(description="Storage class that the object moves to.")


class LifecycleRule(Strict):
    prefix: Input[str] = Field(default="", description="Beginning of the keys that the rule is for; all if left out.")
    larger_than_bytes: Input[Annotated[int, Field(ge=0)]] | None = Field(
        default=None, description="Only objects of more bytes than this."
    )
    expire_after_days: Input[Days] | None = Field(
        default=None, description="Days after which an object is deleted (with versioning: becomes noncurrent)."
    )
    transitions: list[Transition] = Field(default=[], description="Moves to cheaper storage classes.")

    @model_validator(mode="after")
    def _does_something(self) -> LifecycleRule:
        check_rule(self.expire_after_days, self.transitions)
        return self


def rules(
    abort_uploads_after_days: Input[int],
    noncurrent_days: int,
    noncurrent_versions: int | None,
    own: Mapping[str, LifecycleRule],
) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """The user's own rules, after one that clears away what nobody sees and everybody pays for."""
    forgotten = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
        noncurrent_days=noncurrent_days, newer_noncurrent_versions=noncurrent_versions
    )
    housekeeping = aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="housekeeping",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=abort_uploads_after_days
        ),
        noncurrent_version_expiration=forgotten if noncurrent_days else None,
    )
    return [housekeeping, *[_rule(f"rule-{name}", rule) for name, rule in own.items()]]


def _rule(rule_id: str, rule: LifecycleRule) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id=rule_id,
        status="Enabled",
        filter=_filter(rule),
        expiration=None
        if rule.expire_after_days is None
        else aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=rule.expire_after_days),
        transitions=[
            aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(days=one.after_days, storage_class=one.storage_class)
            for one in rule.transitions
        ]
        or None,
    )


def _filter(rule: LifecycleRule) -> aws.s3.BucketLifecycleConfigurationRuleFilterArgs:
    """S3 takes one condition, or an And of at least two."""
    if rule.larger_than_bytes is None:
        return aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=rule.prefix)
    if isinstance(rule.prefix, str) and not rule.prefix:
        return aws.s3.BucketLifecycleConfigurationRuleFilterArgs(object_size_greater_than=rule.larger_than_bytes)
    both = aws.s3.BucketLifecycleConfigurationRuleFilterAndArgs(
        prefix=rule.prefix, object_size_greater_than=rule.larger_than_bytes
    )
    return aws.s3.BucketLifecycleConfigurationRuleFilterArgs(and_=both)
