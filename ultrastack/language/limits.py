"""How large may a stack file and what it computes become, and how does an expression complain?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEPTH = 60  # brackets, mappings in mappings, variables that refer to variables
VALUES = 100_000  # values that one expression or the aliases of one file may make
TEXT = 1_000_000  # characters of one value
DIGITS = 15  # of a whole number: the wire to the engine carries doubles
EXPRESSION = 10_000  # characters between {{ and }}
WORK = 10  # all intermediate results of one expression together, in times VALUES and TEXT
STACK = 100  # all expressions of one stack together, in times VALUES and TEXT
FILE_BYTES = 5_000_000  # of one stack file


class Complaint(Exception):
    """What is wrong with a value, in the user's words.

    A `{}` in the sentence stands for the value. A complaint about what the cloud has answered must not show it, since
    it may be a secret: `discreet` names only its sort, or says `instead`.
    """

    def __init__(self, sentence: str, fix: str = "", value: Any = ..., instead: str = "", name: str = ""):
        self.sentence, self.fix, self.value, self.instead = sentence, fix, value, instead
        self.name = name  # the unknown variable, if that is what is wrong
        super().__init__(self.what)

    @property
    def what(self) -> str:
        return self.sentence if self.value is ... else self.sentence.replace("{}", shown(self.value), 1)

    @property
    def discreet(self) -> str:
        return (
            self.sentence if self.value is ... else self.sentence.replace("{}", self.instead or sort_of(self.value), 1)
        )


def sort_of(value: Any) -> str:
    """The sort of a value in the words of the language, never Python's."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return getattr(value, "sort", "something that is no value")


def shown(value: Any) -> str:
    """A value as the file would write it, shortened; lists and mappings by their sort."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
    return str(value) if isinstance(value, (int, float)) else sort_of(value)


def checked_number(number: Any) -> Any:
    """The number itself, unless it is larger than the engine's doubles can carry."""
    if isinstance(number, int) and abs(number) >= 10**DIGITS:
        raise Complaint(f"a whole number of more than {DIGITS} digits", "write it as a text, in quotes")
    if isinstance(number, float) and not abs(number) < float("inf"):
        raise Complaint("a number that is too large", "write a smaller one")
    return number


class Budget:
    """What may still be made: values, and characters of text. What is spent here is spent from the purse as well."""

    __slots__ = ("purse", "text", "values")

    def __init__(self, factor: int = 1, purse: Budget | None = None):
        self.values, self.text, self.purse = VALUES * factor, TEXT * factor, purse

    def spend(self, values: int = 0, text: int = 0) -> None:
        self.values -= values
        self.text -= text
        if self.values < 0:
            raise Complaint(f"makes more than {VALUES:,} values", "make fewer, or split them over several steps")
        if self.text < 0:
            raise Complaint(f"makes a text of more than {TEXT:,} characters", "make it shorter")
        if self.purse is not None:
            self.purse.spend(values, text)


class Purse(Budget):
    """What all expressions of one stack may make together: none is too large, but there may be too many of them."""

    def spend(self, values: int = 0, text: int = 0) -> None:
        self.values -= values
        self.text -= text
        if self.values < 0 or self.text < 0:
            raise Complaint("all expressions together make too many values", "make fewer, or split the stack")
