"""What are the arguments inside the arguments of a budget on Google Cloud?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..component import Input, Strict
from ..names import Like

BillingAccount = Annotated[
    str, Like("^[0-9A-F]{6}(-[0-9A-F]{6}){2}$", "must be a billing account; fix: write it like 012345-6789AB-CDEF01")
]
ProjectNumber = Annotated[
    str, Like("^[0-9]+$", 'is no project\'s number, and its id is not taken here; fix: write it like "123456789012"')
]
Ancestor = Annotated[
    str,
    Like(
        "^(folders|organizations)/[0-9]+$",
        "must be a folder or an organization; fix: write it like folders/123456789012",
    ),
]
Service = Annotated[
    str,
    Like(
        "^[0-9A-F]{4}(-[0-9A-F]{4}){2}$",
        "must be a service's id; fix: write it like 6F81-5844-456A, which is Compute Engine",
    ),
]
ChannelId = Annotated[
    str,
    Like(
        "^projects/[^/]+/notificationChannels/[0-9]+$",
        "must be a channel; fix: write it like projects/example-ml/notificationChannels/1234567890",
    ),
]
TopicId = Annotated[
    str, Like("^projects/[^/]+/topics/[^/]+$", "must be a topic; fix: write it like projects/example-ml/topics/costs")
]
LabelKey = Annotated[
    str,
    Like(
        "^[a-z][a-z0-9_-]{0,62}$",
        "a label's key has lower-case letters, digits, _ and -, at most 63, and begins with a letter; "
        "fix: write it like cost-center",
    ),
]
LabelValue = Annotated[
    str,
    Like(
        "^[a-z0-9_-]{0,63}$",
        "a label's value has lower-case letters, digits, _ and -, at most 63; fix: write it like ml-research",
    ),
]


class Threshold(Strict):
    percent: Input[Annotated[int | float, Field(gt=0)]] = Field(
        description="Part of the amount in percent, 100 for all of it."
    )
    basis: Literal["actual", "forecasted"] = Field(
        default="actual", description="Whether it is about what was spent, or what is expected until the period ends."
    )
