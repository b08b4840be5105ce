"""What may a name look like? A pattern that also says in words what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic_core import core_schema


@dataclass(frozen=True)
class Like:
    """Annotated[str, Like(pattern, words)]: the words are a complaint, with a fix after `; fix: `."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _check(self, name: str) -> str:
        if not re.search(self.pattern, name) or "\n" in name:  # Python's $ lets a line end pass
            raise ValueError(self.words)
        return name


def twins(named: Mapping[str, Any]) -> tuple[str, str] | None:
    """Two names for one and the same thing, which EC2 would refuse as a rule that exists already."""
    seen: list[tuple[str, Any]] = []
    for name, thing in named.items():
        for earlier, other in seen:
            if thing == other:
                return earlier, name
        seen.append((name, thing))
    return None


# The user's own name of one rule among several: a child is named by it, so that taking one away leaves others alone.
RuleName = Annotated[
    str,
    Like(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        "a rule's name has lower-case letters, digits and single hyphens; fix: write it like login-nodes",
    ),
]
