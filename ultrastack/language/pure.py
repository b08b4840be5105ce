"""What may a filter, a test or a function use, and what does one consist of?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .limits import Budget, Complaint, sort_of


class NeedsLater(Exception):
    """An operation needs a value that only the cloud will know."""


class Tools:
    """What an expression's evaluation lends to filters and tests."""

    __slots__ = ("budget", "filter", "reach", "test")

    def __init__(
        self,
        budget: Budget,
        filter: Callable[[str, Any, list[Any], Mapping[str, Any]], Any],
        test: Callable[[str, Any, list[Any]], bool],
        reach: Callable[[Any, Any], Any],
    ):
        self.budget, self.filter, self.test, self.reach = budget, filter, test, reach

    def spend(self, values: int = 0, text: int = 0) -> None:
        self.budget.spend(values, text)

    def size_up(self, value: Any) -> None:
        """Pay for everything in a value, counted as often as it stands there."""
        if isinstance(value, str):
            self.budget.spend(1, len(value))
            return
        self.budget.spend(1)
        if isinstance(value, Mapping):
            for key, inside in value.items():
                self.budget.spend(0, len(key))
                self.size_up(inside)
        elif isinstance(value, list):
            for inside in value:
                self.size_up(inside)


@dataclass(frozen=True)
class Entry:
    """A filter or a function of the language: what it does, an example, and what that gives."""

    name: str
    about: str  # one sentence
    example: str  # an expression
    result: Any
    work: Callable[..., Any]

    @cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.work)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """What the user may write in the parentheses."""
        return tuple(n for n in self.signature.parameters if n not in ("tools", "value"))

    def called(self, *args: Any, **kwargs: Any) -> Any:
        """work(...), with a wrong number or name of arguments told in the user's words."""
        try:
            self.signature.bind(*args, **kwargs)
        except TypeError:
            raise Complaint(f"`{self.name}` is called with wrong arguments", f"as in {self.example}") from None
        return self.work(*args, **kwargs)


def needs(value: Any, name: str, *sorts: type, words: str, fix: str = "") -> Any:
    """The value, if it is of one of the sorts; true and false are never numbers here."""
    if isinstance(value, sorts) and not (isinstance(value, bool) and bool not in sorts):
        return value
    if value is None:
        raise Complaint(f"`{name}` needs {words}, and the value is empty", "add | default(..., true)")
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        raise Complaint(f"`{name}` needs {words}, and {{}} is {sort_of(value)}", fix or "name another value", value)
    raise Complaint(f"`{name}` needs {words}, not {sort_of(value)}", fix or "name another value")
