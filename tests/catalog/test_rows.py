"""A table is read as it is declared, or not at all; and what every table of the catalogue keeps to."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ultrastack import catalog
from ultrastack.catalog import rows

README = Path(rows.__file__).with_name("README.md").read_text(encoding="utf-8")
TODAY = datetime.date(2026, 11, 21)  # when the tables were last changed; a row from after it is a slip
TABLES: dict[str, Callable[[], Iterable[Any]]] = {
    file: partial(catalog.rows_of, file) for file in catalog.table_names()
}
EACH = pytest.mark.parametrize("file", TABLES)


def test_every_table_is_tested_here() -> None:
    assert set(TABLES) == {file.name for file in Path(rows.__file__).parent.glob("*.csv")}


@EACH
def test_every_row_says_where_it_is_from_and_when(file: str) -> None:
    for row in TABLES[file]():
        assert row.source, row
        assert datetime.date(2026, 1, 1) <= row.as_of <= TODAY, row
        for word in getattr(row, "less_sure", ()):
            column, _, confidence = word.partition("=")
            assert column in {field.name for field in dataclasses.fields(row)}, row
            assert (row.confidence, confidence) in {("sure", "likely"), ("sure", "unknown"), ("likely", "unknown")}, row


@EACH
def test_no_number_is_negative_and_none_is_a_stand_in(file: str) -> None:
    for row in TABLES[file]():
        for name, value in dataclasses.asdict(row).items():
            values = value if isinstance(value, tuple) else (value,)
            assert all(one >= 0 for one in values if isinstance(one, int | float)), (row, name)
            stand_ins = [one for one in values if isinstance(one, str) and one in ("?", "-", "none", "unknown")]
            assert stand_ins == [] or name == "confidence", (row, name)


@EACH
def test_a_row_is_plain_data_for_the_stack_language(file: str) -> None:
    for row in TABLES[file]():
        data = rows.as_mapping(row)
        assert json.loads(json.dumps(data)) == data, row
        assert {field.name for field in dataclasses.fields(row)} <= set(data), row


def test_computed_properties_are_columns_for_the_stack_language() -> None:
    assert rows.as_mapping(catalog.machine("trn2.48xlarge"))["accelerator_memory_gib"] == 1536


@EACH
def test_every_column_is_explained(file: str) -> None:
    section = README.partition(f"### {file}")[2].partition("###")[0]
    explained = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    shared = [field.name for field in dataclasses.fields(rows.Sourced)]
    header = (Path(rows.__file__).parent / file).read_text(encoding="utf-8").splitlines()[0].split(",")
    assert [*explained, *shared] == header


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fruit(rows.Sourced):
    name: str
    grams: int | None
    ripe: bool


HEADER = "name,grams,ripe,source,as_of,confidence\n"


def test_an_empty_cell_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "fruit.csv").write_text(HEADER + "fig,,no,orchard,2026-08-21,likely\n")
    day = datetime.date(2026, 8, 21)
    assert rows.load(Fruit, str(tmp_path / "fruit.csv")) == (
        Fruit(name="fig", grams=None, ripe=False, source="orchard", as_of=day, confidence="likely"),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "name,ripe\n",
            "the columns are ['name', 'ripe'], "
            "the loader lists ['name', 'grams', 'ripe', 'source', 'as_of', 'confidence']",
        ),
        (HEADER + "fig,60,no\n", ":2: 3 cells for 6 columns"),
        (HEADER + "fig,sixty,no,orchard,2026-08-21,sure\n", ":2: grams cannot be 'sixty'"),
        (HEADER + "fig,60,No,orchard,2026-08-21,sure\n", ":2: ripe cannot be 'No'"),
        (HEADER + "fig,60,no,orchard,August,sure\n", ":2: as_of cannot be 'August'"),
        (HEADER + "fig,60,no,orchard,2026-08-21,certain\n", ":2: confidence cannot be 'certain'"),
    ],
)
def test_a_damaged_table_names_its_line(text: str, complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "fruit.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=re.escape(complaint)) as raised:
        rows.load(Fruit, str(file))
    assert str(raised.value).removeprefix(str(file)).removeprefix(": ") == complaint


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("trn2.48xlarg", "no machine 'trn2.48xlarg' in the catalogue; did you mean 'trn2.48xlarge'?"),
        ("abacus", f"no machine 'abacus' in the catalogue; known: {', '.join(catalog.machines())}"),
    ],
)
def test_an_unknown_row_says_what_there_is(word: str, words: str) -> None:
    with pytest.raises(catalog.UnknownRow) as raised:
        catalog.machine(word)
    assert str(raised.value) == words
    assert (raised.value.table, raised.value.word, raised.value.known) == ("machine", word, tuple(catalog.machines()))
