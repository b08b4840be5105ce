"""What time is it for the rules? Now, or what SOURCE_DATE_EPOCH says, so that a report can be made again."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click


def now(at: str = "") -> datetime:
    """In UTC unless it says another offset. `at` is a day or a time (2026-12-01, 2026-12-01T11:30:00Z)."""
    if at:
        try:
            found = datetime.fromisoformat(at)
        except ValueError:
            raise click.UsageError(f"--at {at}: this is no time; write 2026-12-01 or 2026-12-01T11:30:00Z") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    if seconds := os.environ.get("SOURCE_DATE_EPOCH"):
        try:
            return datetime.fromtimestamp(int(seconds), UTC)
        except (ValueError, OverflowError, OSError):
            raise click.UsageError(
                f"SOURCE_DATE_EPOCH={seconds} is no number of seconds since 1970; unset it, or use `date +%s`"
            ) from None
    return datetime.now(UTC)
