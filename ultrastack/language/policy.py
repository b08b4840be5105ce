"""`policy`: how strict are the rules?"""

from __future__ import annotations

from pydantic import Field

from .forms import Form


class Policy(Form):
    """The levels that rules are checked at."""

    profile: str = Field(min_length=1, description="How strict: development, staging or production.")
