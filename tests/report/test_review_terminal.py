"""A change in a terminal: the worst first, and nothing in a text that a terminal or a runner would obey."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from tests.report import reviews
from ultrastack.model.review import Review
from ultrastack.report.review_terminal import render

GOLDEN = Path(__file__).parents[1] / "golden" / "report"


STYLES = re.compile(r"\x1b\[[0-9;]*m")


def page(review: Review, width: int = 100, every: bool = False, colours: bool = False) -> str:
    file = io.StringIO()
    system: Literal["standard"] | None = "standard" if colours else None
    render(review, Console(file=file, width=width, color_system=system, force_terminal=colours), every)
    return file.getvalue()


@pytest.mark.parametrize("name", ["small", "several"])
def test_a_whole_page(name: str) -> None:
    said, file = page(getattr(reviews, name)()), GOLDEN / f"review_{name}.txt"
    if os.environ.get("ULTRASTACK_GOLDEN"):
        file.write_text(said)
    assert said == file.read_text()


def test_nothing_changes_in_a_line() -> None:
    assert "nothing would change" in page(reviews.quiet()).splitlines()[0]


@pytest.mark.parametrize("colours", [False, True])
@pytest.mark.parametrize("width", [20, 40, 100])
def test_no_text_of_somebody_else_is_obeyed(width: int, colours: bool) -> None:
    lines = page(reviews.hostile(), width, every=True, colours=colours).split("\n")
    for line in lines:
        shown = STYLES.sub("", line)
        assert all(c.isprintable() or c == "\N{ZERO WIDTH SPACE}" for c in shown), line
        assert not shown.lstrip().startswith("::"), line
        assert "##[" not in line


def test_of_many_changes_the_least_are_a_number() -> None:
    large = reviews.large()
    few, every = page(large), page(large, every=True)
    assert len(few.splitlines()) < 400 < len(every.splitlines())
    assert " more (--values, or --format html)" in few
