"""`accept`: which findings has someone accepted, why, and until when?

The form is checked here; whether there is such a rule, and whether it finds anything, the rules' own room says.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from .forms import Form, checked
from .problems import Problems
from .scope import Scope
from .source import Node


def _a_day(text: str) -> str:
    try:
        if len(text) != 10:
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a day; fix: as 2027-01-31") from None
    return text


class Acceptance(Form):
    """One finding that is known and accepted."""

    rule: str = Field(min_length=1, description="Name of the rule.")
    reason: str = Field(min_length=1, description="Why it is acceptable.")
    owner: str = Field(min_length=1, description="Who has accepted it.")
    until: Annotated[str, AfterValidator(_a_day)] = Field(description="Last day of the acceptance, as 2027-01-31.")


def accepted(node: Node | None, scope: Scope, problems: Problems) -> tuple[Acceptance, ...]:
    """As written: who has accepted what is not computed."""
    if node is None:
        return ()
    return tuple(checked("accept", node, node.data(), list[Acceptance], scope, problems) or ())
