"""How do ids and outputs of a resource type look, and what does the catalogue know of the type?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...catalog import ResourceType, resource_type

FILES = {"aws": "aws_shapes.yaml", "gcp": "gcp_shapes.yaml"}


@dataclass(frozen=True)
class Shape:
    """What the cloud would make up; patterns are explained in shapes.py."""

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    moving: frozenset[str] = frozenset()
    filled: Mapping[str, Any] = field(default_factory=dict)  # members that the cloud fills inside blocks of the inputs


def shape_of(token: str) -> Shape:
    """A type without one has a plain made-up id and no outputs but its inputs."""
    found = shapes(token.partition(":")[0]).get(_known_name(token))
    return found or Shape(token.rpartition(":")[2].lower() + "-{hex17}")


@cache
def known(token: str) -> ResourceType | None:
    """The catalogue's rows; None: nothing is known of the type, so any change of it may replace."""
    return resource_type(token)


@cache
def shapes(cloud: str) -> Mapping[str, Shape]:
    if cloud not in FILES:
        return {}
    text = files(__package__).joinpath(FILES[cloud]).read_text(encoding="utf-8")
    rows: Mapping[str, Mapping[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {token: Shape(**{**row, "moving": frozenset(row.get("moving", ()))}) for token, row in rows.items()}


def _known_name(token: str) -> str:
    """A type's present name, if it was called otherwise before."""
    found = known(token)
    return found.name if found else token
