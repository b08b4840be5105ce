"""`name`: who is a step?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..model.place import Place
from .limits import shown
from .problems import Problems
from .scope import Scope
from .source import Node

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_name(node: Node, scope: Scope, problems: Problems) -> str | None:
    """The name, if it is one; it may not depend on what only the cloud knows, since it is an identity."""
    value = problems.attempt(lambda: scope.plain(node, "`name`"))
    if value is None and node.kind != "plain":
        return None
    if isinstance(value, str) and KEBAB.fullmatch(value):
        return value
    problems.note(node.place, f"a step's name is kebab-case (a-z, 0-9 and -), not {shown(value)}", suggestion(value))
    return None


def suggestion(value: Any) -> str:
    """The same name in kebab-case, if there is one."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", value) if isinstance(value, str) else ""
    text = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return f"use '{text}'" if KEBAB.fullmatch(text) else "begin with a letter"


@dataclass(frozen=True)
class Taken:
    """Who has a name: where it stands, and in which round of a loop it was made."""

    place: Place
    round: int | str | None = None

    def __str__(self) -> str:
        return f"'{self.round}'" if isinstance(self.round, str) else str(self.round)


def check_free(name: str, mine: Taken, taken: dict[str, Taken], problems: Problems) -> bool:
    """Is it nobody else's?"""
    if name not in taken:
        taken[name] = mine
        return True
    other = taken[name]
    if other.place == mine.place and mine.round is not None and other.round != mine.round:
        what = f"the rounds {other} and {mine} of this loop give the same name '{name}'"
        problems.note(mine.place, what, "use what is different in each item")
    else:
        what = f"the name '{name}' is taken by the step at {other.place}"
        problems.note(mine.place, what, "give one of them another name")
    return False
