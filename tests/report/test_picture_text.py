"""A picture as text: whole pages as golden files, any width, and names that try to do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import same_as_golden
from tests.planner.changed_stacks import planned, shipped
from tests.report import pictures
from ultrastack.model.picture import Link, Node, Picture
from ultrastack.planner.diff import diff
from ultrastack.planner.picture import change_picture, picture
from ultrastack.report.picture_text import lines
from ultrastack.report.picture_words import MARKS

BLOCK = '{id: cr-0a1b2c3d4e5f60719, starts_at: "2026-12-01T11:30:00Z", ends_at: "2026-12-15T11:30:00Z", launch: true}'
OF_A_CHANGE = (
    ("prod", BLOCK, BLOCK + "\n    - " + BLOCK.replace("60719", "60720")),
    ("prod", "capacity_gib: 9600", "capacity_gib: 12000"),
    ("prod", "tpu_topology: 4x4", "tpu_topology: 4x8"),
    ("prod", "  - name: notebook\n", "  - name: notes\n    formerly: notebook\n"),
    ("prod", "chat_max: 4", "chat_max: 8"),
)


def page(made: Picture, width: int = 100) -> str:
    return "".join(f"{line}\n" for line in lines(made, width))


def test_a_stack() -> None:
    same_as_golden("report/picture_prod.txt", page(picture(shipped("prod").graph)))


def test_a_change(tmp_path: Path) -> None:
    before, after = shipped("prod").graph, planned(tmp_path, "prod", *OF_A_CHANGE).graph
    same_as_golden("report/picture_change.txt", page(change_picture(before, after, diff(before, after))))


def test_every_mark_is_a_sign_and_a_word() -> None:
    nodes = tuple(Node(mark, "storage", f"of {mark}", ("S3 bucket",), 1, mark) for mark in MARKS)
    text = page(Picture(nodes))
    same_as_golden("report/picture_marks.txt", text)
    assert all(f"{said}  of {mark}: S3 bucket" in text for mark, said in MARKS.items())


def test_links_stand_below_what_they_come_from() -> None:
    made = Picture(
        (Node("a", "machines", "pool", children=(Node("b", "storage", "disk"),)), Node("c", "storage", "data")),
        (Link("a", "c", "mount"), Link("a", "c", "mount"), Link("a", "lost"), Link("c", "a")),
    )
    assert lines(made, 80)[:5] == ["pool", "  -> data (mount)", "  disk", "data", "  -> pool"]


def test_an_empty_picture_has_no_line() -> None:
    assert lines(Picture(), 80) == []
    assert lines(Picture(left_out="3 roles"), 80)[-1] == "not drawn: 3 roles"


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize(
    "made", [pictures.hostile(), pictures.large(), pictures.change()], ids=["hostile", "large", "change"]
)
def test_no_line_is_wider_than_asked_or_does_harm(width: int, made: Picture) -> None:
    found = lines(made, width)
    assert found and max(map(len, found)) <= width
    assert all(line.isprintable() and line == line.rstrip() for line in found)


def test_what_is_wrapped_hangs_below_its_own_line() -> None:
    first, second, *_ = lines(Picture((Node("a", "storage", "data", ("one two three", "four five six")),)), 24)
    assert not first.startswith(" ") and second.startswith("    ")
