"""A project's own rows replace those of the catalogue or join them; a mistake in them has a place and a fix."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ultrastack.catalog import (
    efa_layout,
    lustre_tiers,
    machine,
    machine_region,
    machine_regions,
    machines,
    rows_of,
    table_names,
    tpu_slice,
    tpu_slice_of,
    tpu_zone,
)
from ultrastack.catalog.overlays import FOLDER, use
from ultrastack.model.place import Refused

SAID = "source,as_of,confidence"
OURS = "our account team,2026-11-20,sure"
Say = Callable[..., None]


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    """Writes local tables and makes the catalogue use them."""
    (tmp_path / FOLDER).mkdir()

    def write(**tables: str) -> None:
        for table, text in tables.items():
            (tmp_path / FOLDER / f"{table}.csv").write_text(text, encoding="utf-8")
        use(tmp_path)

    yield write
    use(None)


def test_a_row_joins_the_table(say: Say) -> None:
    say(tpu_zones=f"generation,zone,region,ai_zone,on_page,in_price_catalogue,flex_start,calendar,less_sure,note,{SAID}\n"
        f"tpu7x,us-central1-b,us-central1,no,no,no,,training,,ours,{OURS}\n")  # fmt: skip
    row = tpu_zone("tpu7x", "us-central1-b")
    assert (row.flex_start, row.calendar, row.source, row.as_of) == (
        None,
        ("training",),
        "our account team",
        datetime.date(2026, 11, 20),
    )
    assert tpu_zone("tpu7x", "us-central1-c").source != "our account team"


def test_a_row_replaces_what_it_says_and_leaves_the_rest(say: Say) -> None:
    shipped = machine_region("trn2.48xlarge", "us-east-2")
    say(machine_regions=f"machine,region,availability_zone_ids,{SAID}\ntrn2.48xlarge,us-east-2,use2-az3,{OURS}\n")
    row = machine_region("trn2.48xlarge", "us-east-2")
    assert (row.availability_zone_ids, row.confidence) == (("use2-az3",), "sure")
    assert (shipped.availability_zone_ids, shipped.confidence) == (("use2-az1", "use2-az2", "use2-az3"), "likely")
    assert list(machine_regions("trn2.48xlarge")) == ["ap-south-2", "us-east-2"]  # in its place
    use(None)
    assert machine_region("trn2.48xlarge", "us-east-2") == shipped


def test_an_empty_cell_makes_a_value_unknown(say: Say) -> None:
    say(instance_types=f"name,ebs_gbps,{SAID}\n  \np5.48xlarge,,{OURS}\n")
    assert machine("p5.48xlarge").ebs_gbps is None
    assert machine("p5.48xlarge").accelerators == 8


def test_keys_of_several_columns(say: Say) -> None:
    say(
        efa_layouts=f"machine,layout,note,{SAID}\ntrn2u.48xlarge,combined,as measured,{OURS}\n",
        lustre_tiers="deployment_type,storage_type,efa,throughput_mbps_per_tib,note,"
        f"{SAID}\nPERSISTENT_2,SSD,yes,500,not with us,{OURS}\n",
        tpu_slices=f"generation,topology,schedulable,{SAID}\nv5p,4x4x8,no,{OURS}\n",
    )
    assert efa_layout("trn2u.48xlarge", "combined").note == "as measured"
    assert [t.throughput_mbps_per_tib for t in lustre_tiers() if t.note == "not with us"] == [500]
    assert tpu_slice("v5p", "4x4x8").schedulable is False
    assert tpu_slice_of("v5p-256").schedulable is False  # also where it is found by another word


@pytest.mark.parametrize("table", table_names())
def test_every_table_takes_local_rows(table: str, tmp_path: Path) -> None:
    first = rows_of(table)[0]
    key = first.KEY
    words = [{True: "yes", False: "no", None: ""}.get(getattr(first, k), str(getattr(first, k))) for k in key]
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / table).write_text(f"{','.join(key)},{SAID}\n{','.join(words)},{OURS}\n", encoding="utf-8")
    before = rows_of(table)
    use(tmp_path)
    try:
        after = rows_of(table)
    finally:
        use(None)
    assert after[0].source == "our account team"
    assert after[1:] == before[1:]


def test_a_file_of_a_spreadsheet_is_read(say: Say) -> None:
    say(machine_regions=f'\ufeffmachine,region,"note",{SAID}\r\ntrn2.48xlarge,us-east-2,"ours, not theirs",{OURS}\r\n')
    assert machine_region("trn2.48xlarge", "us-east-2").note == "ours, not theirs"


def test_no_folder_no_rows_and_other_files_are_left_alone(tmp_path: Path, say: Say) -> None:
    shipped = machines()
    use(tmp_path.parent)
    assert machines() is shipped
    (tmp_path / FOLDER / "README.md").write_text("ours")
    (tmp_path / FOLDER / "lustre_tiers.csv").write_text("")
    use(tmp_path)
    assert machines() == shipped
    assert len(lustre_tiers()) == 17


def test_a_changed_file_is_read_again(say: Say) -> None:
    row = "machine,region,note,source,as_of,confidence\ntrn2.48xlarge,us-east-2,{},ours,2026-11-20,sure\n"
    say(machine_regions=row.format("first"))
    assert machine_region("trn2.48xlarge", "us-east-2").note == "first"
    say(machine_regions=row.format("second"))
    assert machine_region("trn2.48xlarge", "us-east-2").note == "second"


def test_a_table_that_does_not_exist(say: Say) -> None:
    with pytest.raises(Refused) as raised:
        say(instance_type=f"name,{SAID}\n", abacus="")
    names = ", ".join(sorted(table.removesuffix(".csv") for table in table_names()))
    assert str(raised.value) == (
        f"catalog.local/abacus.csv  the catalogue has no such table\n   fix: the tables are {names}\n"
        "catalog.local/instance_type.csv  the catalogue has no such table\n   fix: rename it to 'instance_types.csv'"
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            f"machine,region,zones,region,{SAID}\n",
            """catalog.local/machine_regions.csv:1:16  unknown column 'zones'
    1 | machine,region,zones,region,source,as_of,confidence
      |                ^^^^^
   fix: use 'local_zones'
catalog.local/machine_regions.csv:1:22  the column 'region' is here twice
    1 | machine,region,zones,region,source,as_of,confidence
      |                      ^^^^^^
   fix: leave one out""",
        ),
        (
            "machine,note\n",
            """catalog.local/machine_regions.csv:1:1  the columns region, source, as_of, confidence are missing
    1 | machine,note
      | ^^^^^^^^^^^^
   fix: a local row is found by its key, and has a source and a date of its own""",
        ),
        (
            f"machine,region,note,{SAID}\ntrn2.48xlarge,us-east-2,our account team,2026-11-20,sure\n",
            """catalog.local/machine_regions.csv:2:1  5 cells for 6 columns
    2 | trn2.48xlarge,us-east-2,our account team,2026-11-20,sure
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   fix: separate cells with commas, the words of a list with spaces""",
        ),
        (
            f'machine,region,note,{SAID}\ntrn2.48xlarge,us-east-2,"a, b",us,yesterday,certain\n',
            """catalog.local/machine_regions.csv:2:35  as_of cannot be 'yesterday'
    2 | trn2.48xlarge,us-east-2,"a, b",us,yesterday,certain
      |                                   ^^^^^^^^^
   fix: write it as the catalogue's rows do
catalog.local/machine_regions.csv:2:45  confidence cannot be 'certain'
    2 | trn2.48xlarge,us-east-2,"a, b",us,yesterday,certain
      |                                             ^^^^^^^
   fix: write it as the catalogue's rows do""",
        ),
        (
            f"machine,region,{SAID}\ntrn2.48xlarge,us-east-3,{OURS}\n",
            """catalog.local/machine_regions.csv:2:1  the catalogue has no row 'trn2.48xlarge us-east-3' (did you mean \
'trn2.48xlarge us-east-2'?), and a new row needs all columns
    2 | trn2.48xlarge,us-east-3,our account team,2026-11-20,sure
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   fix: add availability_zone_ids, local_zones, note""",
        ),
        (
            f"machine,region,{SAID}\ntrn2.48xlarge,us-east-2,{OURS}\ntrn2.48xlarge,us-east-2,{OURS}\n",
            """catalog.local/machine_regions.csv:3:1  the row 'trn2.48xlarge us-east-2' is here twice
    3 | trn2.48xlarge,us-east-2,our account team,2026-11-20,sure
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   fix: keep this one or the one of line 2""",
        ),
        (
            f'machine,region,{SAID}\ntrn2.48xlarge,us-east-2,"ours,2026-11-20,sure\n',
            """catalog.local/machine_regions.csv:2:1  this line is not CSV
    2 | trn2.48xlarge,us-east-2,"ours,2026-11-20,sure
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   fix: end a quoted cell on its line, and write a quote inside it as \"\"""",
        ),
    ],
)
def test_a_mistake_has_a_place_and_a_fix(text: str, complaint: str, say: Say) -> None:
    say(machine_regions=text)
    with pytest.raises(Refused) as raised:
        machine_region("trn2.48xlarge", "us-east-2")
    assert str(raised.value) == complaint


def test_a_file_that_is_no_text(tmp_path: Path, say: Say) -> None:
    (tmp_path / FOLDER / "lustre_tiers.csv").write_bytes(b"name\xff\n")
    use(tmp_path)
    with pytest.raises(Refused) as raised:
        lustre_tiers()
    assert str(raised.value) == (
        "catalog.local/lustre_tiers.csv  cannot be read: 'utf-8' codec can't decode byte 0xff in position 4: "
        "invalid start byte\n   fix: save it as CSV in UTF-8"
    )
