"""What do the budgets of both clouds take alike? Days, and people to tell."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator

from .names import Like


def _day(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            datetime.date.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise ValueError("must be a day; fix: write it like 2026-12-01")


Day = Annotated[str, AfterValidator(_day)]
Email = Annotated[
    str, Like(r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$", "must be an e-mail address; fix: write it like ml-costs@example.com")
]
