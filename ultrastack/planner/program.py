"""Run the project's program on the offline engine: what did it ask for, and what did it read?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.graph import Graph
from ultrastack.model.overrides import OVERRIDES

if TYPE_CHECKING:
    from ultrastack.language.reading import Reading


def run_program(root: Path, stack: str, overrides: Sequence[str] = ()) -> tuple[Graph, Reading | None]:
    """The graph, and the stack file as read; None for a program that reads none of ours.

    Raises Refused with every problem of the stack file, ProgramFailed for an error of the program's own code.
    """
    # here, since both bring Pulumi, which those who only want the types need not wait for
    from ultrastack.engine import capture
    from ultrastack.language.program import READER

    heard: list[Reading] = []
    reader, given = READER.set(heard.append), OVERRIDES.set(tuple(overrides))
    try:
        graph = capture(root, stack)
    finally:
        OVERRIDES.reset(given)
        READER.reset(reader)
    return graph, heard[-1] if heard else None
