"""What do the arguments of a component say to a user who gives these?"""

from __future__ import annotations

from typing import Any

import pydantic


def complaints(arguments: type[pydantic.BaseModel], given: dict[str, Any]) -> list[str]:
    """One text for each, `where: what`; none if the arguments are taken."""
    try:
        arguments.model_validate(given)
    except pydantic.ValidationError as e:
        said = [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in e.errors()]
        return [f"{where}: {what}".removeprefix(": ") for where, what in said]
    return []
