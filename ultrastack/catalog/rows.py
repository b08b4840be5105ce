"""How does a CSV table become typed, frozen rows, and what is said when a row is not there?"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import difflib
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from .overlays import overlaid

HERE = Path(__file__).parent
Confidence = Literal["sure", "likely", "unknown"]
Row = TypeVar("Row")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sourced:
    """The last columns of every table: where a row is from, when it was true, and how sure we are."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)  # the columns that tell one row of a table from the others

    source: str
    as_of: datetime.date
    confidence: Confidence


SourcedRow = TypeVar("SourcedRow", bound=Sourced)


class UnknownRow(LookupError):
    """The catalogue has no such row; says which table was asked, for what, and what it knows."""

    def __init__(self, table: str, word: str, known: Iterable[str]):
        self.table, self.word, self.known = table, word, tuple(known)
        near = self.nearest()
        hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(self.known)}" if self.known else ""
        super().__init__(f"no {table} '{word}' in the catalogue{hint}")

    def nearest(self) -> str | None:
        return next(iter(difflib.get_close_matches(self.word, self.known, n=1)), None)


def load(row: type[SourcedRow], file: str) -> tuple[SourcedRow, ...]:
    """All rows of a table, the project's own in them. Its columns are the fields of the row, in their order."""
    columns = {name: _reader(hint) for name, hint in _columns(row).items()}
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines)
        if header != list(columns):
            raise ValueError(f"{file}: the columns are {header}, the loader lists {list(columns)}")
        shipped = [(f"{file}:{lines.line_num}", cells) for cells in lines]
    rows = overlaid(Path(file).name, columns, row.KEY, shipped)
    return tuple(_row(row, columns, cells, place) for place, cells in rows)


def pick(table: str, by_name: Mapping[str, Row], word: str) -> Row:
    """The row of that name, or UnknownRow."""
    try:
        return by_name[word]
    except KeyError:
        raise UnknownRow(table, word, by_name) from None


def as_mapping(row: Any) -> dict[str, Any]:
    """A row as plain data, its computed properties too; dates as text, tuples as lists."""
    found = {name: getattr(row, name) for name in _columns(type(row))}
    found |= {k: getattr(row, k) for k, v in vars(type(row)).items() if isinstance(v, property)}
    return {k: _plain(v) for k, v in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return dict(vars(value))
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def _columns(row: type) -> dict[str, Any]:
    """Field -> type; the columns that every table has stand last."""
    hints = typing.get_type_hints(row)
    shared = [f.name for f in dataclasses.fields(Sourced)]
    own = [f.name for f in dataclasses.fields(row) if f.name not in shared]
    return {name: hints[name] for name in [*own, *shared]}


def _row(row: type[Row], columns: Mapping[str, Callable[[str], Any]], cells: list[str], place: str) -> Row:
    if len(cells) != len(columns):
        raise ValueError(f"{place}: {len(cells)} cells for {len(columns)} columns")
    values = {}
    for (name, read), cell in zip(columns.items(), cells, strict=True):
        try:
            values[name] = read(cell)
        except (ValueError, KeyError):
            raise ValueError(f"{place}: {name} cannot be '{cell}'") from None
    return row(**values)


def _reader(hint: Any) -> Callable[[str], Any]:
    """What turns a cell into the field's type. An empty cell is unknown (None) where the type allows it."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        inner = _reader(next(a for a in typing.get_args(hint) if a is not type(None)))
        return lambda cell: inner(cell) if cell else None
    if typing.get_origin(hint) is tuple:
        inner = _reader(typing.get_args(hint)[0])
        return lambda cell: tuple(inner(word) for word in cell.split())
    if typing.get_origin(hint) is Literal:
        words = {word: word for word in typing.get_args(hint)}
        return words.__getitem__
    return _READERS[hint]


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: {"yes": True, "no": False}.__getitem__,
    datetime.date: datetime.date.fromisoformat,
}
