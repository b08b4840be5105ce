"""Which config, secrets and outputs of other stacks does a stack file ask for?

Found in the texts and not by reading the file: without its config a file is refused, and that is to be said first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...model.place import Place, Refused
from ..extends import flattened, project_file
from ..source import Node, load
from .rewrite import texts
from .start import texts_of

CALL = re.compile(
    r"""\b(config|secret|stack_output)\(\s*((['"])(?P<key>[^'"]+)\3|(?P<name>[A-Za-z_]\w*))"""
    r"""(?P<rest>[^)]*\)\s*(\|\s*default\b|is\b)?)"""
)


@dataclass(frozen=True)
class Asked:
    """One thing that must be there before the first `up`."""

    kind: Literal["config", "secret", "stack_output"]
    key: str  # of stack_output: the other stack's full name
    place: Place
    needed: bool  # False: the expression says what to do without it


def asks_for(root: Path, file: str) -> tuple[Asked, ...]:
    """In the order of the files, each once; keys that are written out, there or as a variable. Raises Refused."""
    found: dict[tuple[str, str], Asked] = {}
    top = flattened(file, root, [])
    variables = texts_of(top.child("vars"))
    for node in _texts(top, root, {file}):
        for match in CALL.finditer(node.value):
            if (key := match["key"] or variables.get(match["name"])) is None:
                continue
            kind: Literal["config", "secret", "stack_output"] = match[1]  # type: ignore[assignment]
            needed = not match["rest"].rstrip().endswith(("default", "is"))
            one = Asked(kind, key, node.place, needed)
            if (known := found.get((kind, one.key))) is None or needed > known.needed:
                found[kind, one.key] = one
    return tuple(found.values())


def _texts(top: Node, root: Path, seen: set[str]) -> Iterator[Node]:
    """Also those of included files; one that cannot be read is told of when the stack is planned."""
    yield from texts(top)
    steps = top.child("steps")
    for step in steps.value if steps is not None and steps.kind == "list" else ():
        if (included := step.child("include")) is None:
            continue
        try:
            file = project_file(included, "include", included.place.file, root)
            if file not in seen:
                seen.add(file)
                yield from _texts(load(root / file, root), root, seen)
        except Refused:
            continue
