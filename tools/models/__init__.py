"""What do the clouds' own machine-readable API models say about a Pulumi property?

One file per cloud answers `constraint_of(token, path)` and enumerates what it knows; both answer with a Constraint.
Needs the development dependencies (botocore, cfn-lint, google-api-python-client); the toolkit itself never imports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Bound = Literal["value", "length", "count"]


@dataclass(frozen=True)
class Constraint:
    """What one model says about one property; None or empty: the model is silent about it."""

    type: str  # text, integer, number, boolean, list, mapping, any
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    bound: Bound | None = None  # what minimum and maximum limit: the value, a text's length or the count of members
    pattern: str = ""
    required: bool = False
    source: str = ""  # botocore 1.44.5 sagemaker ProductionVariant.InstanceType
