"""How does a project bring its own rows? All are read at once, so that their mistakes are told before any step."""

from __future__ import annotations

from pathlib import Path

from ..model.place import Problem, Refused
from . import overlays


def use_local_rows(root: Path | None) -> tuple[str, ...]:
    """Makes the catalogue use the `catalog.local/` of a project, and says which tables it has; None: no local rows.

    Raises Refused with every problem of every table; then no local row is used.
    """
    files = overlays.use(root)
    if not files:
        return ()
    from .tables import rows_of  # imports every table: most projects have no local rows

    problems = list[Problem]()
    for file in files:
        try:
            rows_of(file)
        except Refused as e:
            problems += e.problems
    if problems:
        overlays.use(None)
        raise Refused(*problems)
    return files
