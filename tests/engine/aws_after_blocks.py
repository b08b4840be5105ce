"""AWS after capacity blocks have ended: a provider that starts no machine in them any more.

Started in the stand-in's place: `python -m tests.engine.aws_after_blocks`; the blocks stand in ENDED_BLOCKS.
"""

from __future__ import annotations

import os
from typing import Any

from ultrastack.engine.rehearsal import __main__ as rehearsal
from ultrastack.engine.rehearsal.cloud import Cloud, Refused

ENDED = os.environ.get("ENDED_BLOCKS", "").split()


def create(self: Cloud, new: Any, named_by: str | None) -> None:
    target = new.inputs.get("capacityReservationSpecification", {}).get("capacityReservationTarget", {})
    if (block := target.get("capacityReservationId")) in ENDED:
        raise Refused(f"capacity block {block} has ended")
    _create(self, new, named_by)


_create = Cloud.create

if __name__ == "__main__":
    Cloud.create = create  # type: ignore[method-assign]
    rehearsal.main()
