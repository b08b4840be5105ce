"""From a YAML stack file to steps, from steps to components. Names are loaded when they are first asked for.

`build`, `explain` and `stacks` are named like their files, so they are imported from there.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .build import BuildFailed
    from .explain import Explanation
    from .finder import ComponentEntry, find_components
    from .keywords import STEP, TOP, Keyword
    from .reader import read
    from .reading import PlannedStep, Reading
    from .schema import stack_schema
    from .stacks import stack_path
    from .vars import OVERRIDES, config_set_line, parse_set

# `ultrastack list` must not load pydantic, nor `--help` pulumi
_WHERE = {
    "BuildFailed": "build",
    "Explanation": "explain",
    "ComponentEntry": "finder",
    "find_components": "finder",
    "Keyword": "keywords",
    "STEP": "keywords",
    "TOP": "keywords",
    "read": "reader",
    "PlannedStep": "reading",
    "Reading": "reading",
    "stack_schema": "schema",
    "stack_path": "stacks",
    "OVERRIDES": "vars",
    "config_set_line": "vars",
    "parse_set": "vars",
}

__all__ = [
    "OVERRIDES",
    "STEP",
    "TOP",
    "BuildFailed",
    "ComponentEntry",
    "Explanation",
    "Keyword",
    "PlannedStep",
    "Reading",
    "config_set_line",
    "find_components",
    "parse_set",
    "read",
    "stack_path",
    "stack_schema",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
