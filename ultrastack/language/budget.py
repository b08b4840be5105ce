"""`budget`: what may the environment cost?"""

from __future__ import annotations

from pydantic import Field

from .forms import Form


class Budget(Form):
    """A limit that rules look at."""

    monthly_usd: int | float = Field(gt=0, description="Upper limit of the monthly cost, in US dollars.")
