"""Where do the project's own stacks and examples use a component? The best example is one that is planned every day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """A step as it stands in a stack file."""

    where: str  # stacks/common.yaml:21
    text: str


def use_of(root: Path, word: str) -> Example | None:
    """The longest step that uses the component: it shows most."""
    files = [file for folder in ("stacks", "examples") for file in sorted((root / folder).glob("*.yaml"))]
    found = [one for file in files for one in _steps(root, file, word)]
    return max(found, key=lambda one: len(one.text), default=None)


def _steps(root: Path, file: Path, word: str) -> list[Example]:
    """By indentation, not by parsing: the text is wanted with its comments."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    found = []
    for at, line in enumerate(lines):
        if not re.match(rf"\s*(- )?{re.escape(word)}:", line):
            continue
        start = next(
            (i for i in range(at, -1, -1) if re.match(r"\s*- ", lines[i]) and _indent(lines[i]) <= _indent(line)), None
        )
        if start is None:
            continue
        end = next(
            (i for i in range(at + 1, len(lines)) if lines[i].strip() and _indent(lines[i]) <= _indent(lines[start])),
            len(lines),
        )
        step = "\n".join(lines[start:end]).rstrip()
        found.append(Example(f"{file.relative_to(root).as_posix()}:{start + 1}", step))
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
