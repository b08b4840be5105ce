"""How does a check over several arguments complain? About each of them at its own place, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError


class Wrong(NamedTuple):
    """An argument of a model and what is wrong with it, with a fix after `; fix: `; no words: it is missing."""

    argument: str
    words: str = ""


def refuse(found: Iterable[Wrong]) -> None:
    """For a model's own validator: pydantic takes over the places of an error raised inside of another."""
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("value_error", "Value error, {words}", {"words": one.words})
            if one.words
            else "missing",
            loc=(one.argument,),
            input=None,
        )
        for one in found
    ]
    if errors:
        raise ValidationError.from_exception_data("arguments", errors)
