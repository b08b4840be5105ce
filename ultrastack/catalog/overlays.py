"""What does the user's project say otherwise? Rows of its catalog.local/ replace rows of the catalogue or join them."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from ..model.place import Place, Problem, Refused

FOLDER = "catalog.local"
HERE = Path(__file__).parent
SAID_BY_EVERY_ROW = ("source", "as_of", "confidence")  # a local row has a source and a date of its own
Cells = list[str]
Table = TypeVar("Table")


@dataclass(frozen=True)
class _Local:
    """The local tables that are used, as they were then: a file that was changed since is another one."""

    folder: Path
    stamps: tuple[tuple[str, int], ...]


# Not a ContextVar: components are built in tasks and threads that do not all inherit one.
_local: _Local | None = None


def use(root: Path | None) -> tuple[str, ...]:
    """From now on the tables hold the local rows of the project in that folder, None: no local rows.

    Gives the files that are there. Their rows are looked at when a table is read: see local_rows.
    """
    global _local
    folder = root / FOLDER if root else None
    _local = None
    if folder and folder.is_dir():
        tables = sorted(file.stem for file in HERE.glob("*.csv"))
        strange = [file.stem for file in folder.glob("*.csv") if file.stem not in tables]
        if strange:
            raise Refused(*(_no_such_table(name, tables) for name in strange))
        files = sorted(folder.glob("*.csv"))
        stamps = tuple((file.name, file.stat().st_mtime_ns) for file in files)
        _local = _Local(folder, stamps) if files else None
    return tuple(name for name, _ in _local.stamps) if _local else ()


def once(read: Callable[[], Table]) -> Callable[[], Table]:
    """Keeps what a table's reader found, for each project apart."""
    found: dict[_Local | None, Table] = {}

    @wraps(read)
    def table() -> Table:
        if _local not in found:
            found[_local] = read()
        return found[_local]

    return table


def overlaid(
    file: str,
    readers: Mapping[str, Callable[[str], Any]],
    key: Sequence[str],
    shipped: Iterable[tuple[str, Cells]],
) -> Iterable[tuple[str, Cells]]:
    """The lines of a table, each with its place, with the project's local rows in them; raises Refused.

    A local row has the key of the row that it replaces; columns that it leaves out stay as they are.
    """
    if _local is None or file not in dict(_local.stamps):
        return shipped
    local = _local.folder / file
    columns, problems = list(readers), list[Problem]()
    given, theirs = _lines(local, columns, key)
    missing = [column for column in columns if column not in given]
    at = [columns.index(name) for name in key]
    lines = {tuple(cells[i] for i in at): (place, cells) for place, cells in shipped}
    first: dict[tuple[str, ...], int] = {}
    for line in theirs:
        said = dict(zip(given, line.cells, strict=True))
        for i, (column, cell) in enumerate(said.items()):
            if not _reads(readers[column], cell):
                problems.append(
                    Problem(line.place(i), f"{column} cannot be '{cell}'", "write it as the catalogue's rows do")
                )
        name = tuple(said[column] for column in key)
        if first.setdefault(name, line.number) != line.number:
            what = f"the row '{' '.join(name)}' is here twice"
            problems.append(Problem(line.place(), what, f"keep this one or the one of line {first[name]}"))
        if name not in lines and missing:
            problems.append(_new_row_without(name, missing, line.place(), [" ".join(one) for one in lines]))
            continue
        old = dict(zip(columns, lines[name][1], strict=True)) if name in lines else {}
        lines[name] = (str(line.place()), [(old | said)[column] for column in columns])
    if problems:
        raise Refused(*problems)
    return lines.values()


def _reads(reader: Callable[[str], Any], cell: str) -> bool:
    try:
        reader(cell)
    except (ValueError, KeyError):
        return False
    return True


@dataclass(frozen=True)
class _Line:
    """One line of a local file, and where its cells stand."""

    file: str
    number: int
    text: str
    cells: Cells

    def place(self, cell: int | None = None) -> Place:
        """Of a cell, or of the whole line."""
        if cell is None:
            return Place(self.file, self.number, 1, len(self.text), self.text)
        start, quoted = 0, False
        for i, c in enumerate(self.text):
            if cell == 0:
                break
            quoted ^= c == '"'
            if c == "," and not quoted:
                start, cell = i + 1, cell - 1
        end = next(csv.reader([self.text[start:]]), [""])[0]
        return Place(self.file, self.number, start + 1, max(1, len(end)), self.text)


def _lines(local: Path, columns: list[str], key: Sequence[str]) -> tuple[Cells, list[_Line]]:
    """The columns that a local file has, and its rows."""
    file = f"{FOLDER}/{local.name}"
    try:
        texts = local.read_text(encoding="utf-8-sig").splitlines()  # spreadsheets write a byte order mark
    except (OSError, UnicodeDecodeError) as e:
        raise Refused(Problem(Place(file), f"cannot be read: {e}", "save it as CSV in UTF-8")) from None
    lines = [
        _Line(file, number, text, _cells(file, number, text)) for number, text in enumerate(texts, 1) if text.strip()
    ]
    if not lines:
        return [], []
    header, *rest = lines
    problems = list(_header_problems(header, columns, key))
    for line in rest:
        if len(line.cells) != len(header.cells):
            words = f"{len(line.cells)} cells for {len(header.cells)} columns"
            problems.append(Problem(line.place(), words, "separate cells with commas, the words of a list with spaces"))
    if problems:
        raise Refused(*problems)
    return header.cells, rest


def _cells(file: str, number: int, text: str) -> Cells:
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        place = Place(file, number, 1, len(text), text)
        fix = 'end a quoted cell on its line, and write a quote inside it as ""'
        raise Refused(Problem(place, "this line is not CSV", fix)) from None


def _header_problems(header: _Line, columns: list[str], key: Sequence[str]) -> Iterator[Problem]:
    for i, word in enumerate(header.cells):
        if word not in columns:
            near = difflib.get_close_matches(word, columns, n=1)
            fix = f"use '{near[0]}'" if near else f"use one of {', '.join(columns)}"
            yield Problem(header.place(i), f"unknown column '{word}'", fix)
        elif word in header.cells[:i]:
            yield Problem(header.place(i), f"the column '{word}' is here twice", "leave one out")
    missing = [word for word in (*key, *SAID_BY_EVERY_ROW) if word not in header.cells]
    if missing:
        what = f"the columns {', '.join(missing)} are missing" if missing[1:] else f"the column {missing[0]} is missing"
        yield Problem(header.place(), what, "a local row is found by its key, and has a source and a date of its own")


def _new_row_without(name: tuple[str, ...], missing: list[str], place: Place, known: list[str]) -> Problem:
    word = " ".join(name)
    near = difflib.get_close_matches(word, known, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    what = f"the catalogue has no row '{word}'{hint}, and a new row needs all columns"
    return Problem(place, what, f"add {', '.join(missing)}")


def _no_such_table(name: str, tables: list[str]) -> Problem:
    near = difflib.get_close_matches(name, tables, n=1)
    fix = f"rename it to '{near[0]}.csv'" if near else f"the tables are {', '.join(tables)}"
    return Problem(Place(f"{FOLDER}/{name}.csv"), "the catalogue has no such table", fix)
