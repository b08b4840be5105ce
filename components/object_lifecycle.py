"""Can a rule about old objects be carried out? The same for buckets of both clouds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def check_rule(expire_after_days: Any, transitions: Sequence[Any]) -> None:
    """Raises ValueError with a fix. S3's PutBucketLifecycleConfiguration answers InvalidArgument to the last two;
    what is only known later is not judged."""
    if expire_after_days is None and not transitions:
        raise ValueError("the rule does nothing; fix: add expire_after_days or transitions")
    moves = [one.after_days for one in transitions if isinstance(one.after_days, int)]
    if isinstance(expire_after_days, int) and any(days >= expire_after_days for days in moves):
        raise ValueError(
            "objects are moved when they are deleted already; fix: raise expire_after_days above every after_days"
        )
    classes = [one.storage_class for one in transitions if isinstance(one.storage_class, str)]
    if twice := sorted({one for one in classes if classes.count(one) > 1}):
        raise ValueError(f"objects are moved to {twice[0]} twice; fix: remove one of the transitions")
