"""What goes first, that nothing is cut in its middle, and that what is left out is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from ultrastack.report.review_folding import Piece, Rank, Section, fold, size


def top(left_out: Mapping[str, int]) -> str:
    return "top" + "".join(f" {noun}={count}" for noun, count in left_out.items())


def counted(left: Sequence[Piece], everything: bool) -> str:
    return f"{'all' if everything else 'more'}: {sum(one.count for one in left)}"


def table(rank: Rank, letter: str, rows: int) -> Section:
    pieces = [Piece(letter * 20, rank, letter, brief=letter * 10, brief_noun=f"short {letter}") for _ in range(rows)]
    return Section(pieces, f"<{letter}>\n", f"\n</{letter}>", counted)


def test_what_fits_is_whole() -> None:
    whole = fold([table(Rank.HARMLESS, "a", 2), Section([])], top, 1000)
    assert whole == f"top\n\n<a>\n{'a' * 20}\n{'a' * 20}\n</a>\n"
    assert fold([table(Rank.HARMLESS, "a", 2)], top, size(whole)) == whole


def test_the_brief_form_comes_first_then_the_last_rows_go() -> None:
    section = [table(Rank.HARMLESS, "a", 3)]
    long, short = "a" * 20, "a" * 10
    assert fold(section, top, 76) == f"top short a=2\n\n<a>\n{long}\n{short}\n{short}\n</a>\n"
    assert fold(section, top, 60) == f"top short a=3\n\n<a>\n{short}\n{short}\n{short}\n</a>\n"
    assert fold(section, top, 56) == f"top short a=1 a=2\n\n<a>\n{short}\n</a>\n\nmore: 2\n"
    assert fold(section, top, 40) == "top a=3\n\nall: 3\n"
    assert fold(section, top, 10) == "top a=3\n"


def test_lower_ranks_go_first_wherever_they_stand() -> None:
    made = fold([table(Rank.LOSS, "l", 2), table(Rank.GONE, "g", 2), table(Rank.LOSS, "m", 2)], top, 120)
    assert made.count("l" * 10) == made.count("m" * 10) == 2 and "g" * 10 not in made and "all: 2" in made


@pytest.mark.parametrize("letter", ["a", "é", "日", "🦙"])
def test_the_limit_holds_in_bytes(letter: str) -> None:
    sections = [table(Rank.HARMLESS, letter, 50), table(Rank.LOSS, "l", 10)]
    for limit in range(150, 5000, 37):
        assert size(fold(sections, top, limit)) <= limit
