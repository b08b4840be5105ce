"""`policy`: how strict are the rules, and what do they hold this stack to?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .forms import Form

Region = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z0-9]+)*-(\*|[a-z0-9]*[0-9])$")]  # us-east-2, europe-west4, eu-*


class Policy(Form):
    """The levels that rules are checked at, and what they are told about this stack."""

    profile: str = Field(min_length=1, description="How strict: development, staging or production.")
    allowed_regions: list[Region] | None = Field(
        default=None,
        min_length=1,
        description="Regions that data may be in; `eu-*` is all that begin so, and without it all regions are allowed.",
    )
