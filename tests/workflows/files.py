"""The workflows as data, and our scripts as modules."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / ".github" / "scripts"
NAMES = sorted(file.name for file in (ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(name: str) -> dict[str, Any]:
    found: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    found["on"] = found.pop(True)  # a word of YAML 1.1
    return found


def steps(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The steps of all jobs, each with its job."""
    for job, body in workflow(name)["jobs"].items():
        for step in body["steps"]:
            yield job, step


def script(name: str) -> Any:
    """A module of .github/scripts: these import each other by their bare names, as Python does for a script."""
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    return importlib.import_module(name)
