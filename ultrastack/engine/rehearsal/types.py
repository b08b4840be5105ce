"""What does a resource type do on change, and what does the cloud fill in? A row per type, from the data files here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

FILES = ("aws_types.yaml",)


@dataclass(frozen=True)
class TypeRow:
    """One resource type; property names are dotted below blocks, without the positions in lists."""

    id: str = ""  # pattern, see shapes.py
    autoname: str = ""
    delete_before_replace: bool = False
    worldwide: bool = False
    replaces: frozenset[str] = frozenset()
    depends: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    moving: frozenset[str] = frozenset()
    outputs: Mapping[str, Any] = field(default_factory=dict)


@cache
def rows() -> Mapping[str, TypeRow]:
    found: dict[str, TypeRow] = {}
    for name in FILES:
        text = files(__package__).joinpath(name).read_text(encoding="utf-8")
        for token, row in yaml.load(text, Loader=yaml.CSafeLoader).items():
            fields: dict[str, Any] = {k: frozenset(v) if isinstance(v, list) else v for k, v in (row or {}).items()}
            found[token] = TypeRow(**fields)
    return found


def row_of(token: str) -> TypeRow:
    """A type without a row changes in place, has a plain made-up id and no outputs but its inputs."""
    return rows().get(token) or TypeRow(id=token.rpartition(":")[2].lower() + "-{hex17}", worldwide=True)
