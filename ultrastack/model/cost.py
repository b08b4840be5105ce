"""What does a stack cost? The place for prices: until there are any, what is known and how much is not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Cost:
    """Of a month. What is unpriced is not free."""

    monthly_usd: Decimal | None = None  # None: nothing has a price
    before_usd: Decimal | None = None  # of the base; None: there is none, or nothing has a price
    unpriced: tuple[str, ...] = ()  # steps, or resources of a program without steps
