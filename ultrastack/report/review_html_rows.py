"""Which changes does a page show that must stay readable? First those that risk something, then some of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ultrastack.model.change import Kind

from .review_outline import KINDS, Row

MOST_ROWS = 2000  # of a page, all stacks together: a browser still filters them in an instant


@dataclass(frozen=True)
class Shown:
    """Of one stack."""

    rows: tuple[Row, ...]
    left_out: dict[Kind, int]  # changes, not rows; in the order of KINDS


def shown(stacks: Sequence[Sequence[Row]], most: int = MOST_ROWS) -> list[Shown]:
    """For each stack; within a kind the first rows stay, which are the worst."""
    groups: dict[tuple[bool, int, Kind], list[Row]] = {}
    for at, rows in enumerate(stacks):
        for row in rows:
            groups.setdefault((row.risk is None, at, row.kind), []).append(row)
    kept: set[int] = set()
    for harmless in (False, True):
        some = [rows for key, rows in groups.items() if key[0] is harmless]
        for rows, share in zip(some, _shares([len(rows) for rows in some], most - len(kept)), strict=True):
            kept.update(id(row) for row in rows[:share])
    return [_of_stack(rows, kept) for rows in stacks]


def _of_stack(rows: Sequence[Row], kept: set[int]) -> Shown:
    gone = [row for row in rows if id(row) not in kept]
    counts = {kind: sum(len(row.changes) for row in gone if row.kind == kind) for kind in KINDS}
    return Shown(tuple(row for row in rows if id(row) in kept), {kind: n for kind, n in counts.items() if n})


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """All that is wanted where it fits; else the same for those that want more than that."""
    given = [0] * len(wanted)
    for served, at in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[at] = min(wanted[at], room // (len(wanted) - served))
        room -= given[at]
    return given
