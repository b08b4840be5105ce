"""What comes from another process fits its type, or is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pytest

from tests.report import graphs
from ultrastack.model import decoding
from ultrastack.model.decoding import decode, encode, parse
from ultrastack.model.finding import Acceptance
from ultrastack.model.graph import Graph
from ultrastack.model.place import Place
from ultrastack.model.schedule import Schedule
from ultrastack.model.stack_file import FileStep
from ultrastack.model.values import SECRET, UNKNOWN, UNKNOWN_SECRET, Asset, ResourceReference, Value


@dataclass(frozen=True)
class Inner:
    name: str
    place: Place | None = None


@dataclass(frozen=True)
class Outer:
    kind: Literal["a", "b"]
    inner: Inner
    many: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    by_name: Mapping[str, Inner] = field(default_factory=dict)
    value: Value = None
    number: float | None = None
    count: int = 0
    flag: bool = False
    day: date | None = None


WHOLE = Outer(
    kind="a",
    inner=Inner("x", Place("f.yaml", 3, 5, 7)),
    many=(Inner("y"), Inner("z")),
    pair=("p", 2),
    by_name={"k": Inner("v")},
    value={"a": [1, None, UNKNOWN, SECRET, UNKNOWN_SECRET], "$b": Asset("asset", "00"), "c": ResourceReference("urn")},
    number=1.5,
    count=3,
    flag=True,
    day=date(2026, 11, 2),
)


def test_every_kind_of_field_comes_back() -> None:
    assert decode(Outer, encode(WHOLE), "it") == WHOLE


def test_what_has_its_default_is_not_written() -> None:
    assert encode(Outer("b", Inner("x"))) == {"kind": "b", "inner": {"name": "x"}}


def test_a_step_with_a_schedule_and_an_acceptance_come_back() -> None:
    schedule = Schedule(start="0 8 * * 1-5", stop="0 19 * * 1-5", time_zone="Europe/Berlin")
    step = FileStep("a", "aws.x", Place("f", 1, 1), {"x": UNKNOWN}, schedule=schedule)
    assert decode(FileStep, encode(step), "it") == step
    accepted = Acceptance("t.r", "why", "me", date(2026, 12, 1))
    assert decode(Acceptance, encode(accepted), "it") == accepted


def test_a_graph_has_its_published_format() -> None:
    data = encode(graphs.small())
    assert data["schema"].endswith("/schema/graph")
    assert decode(Graph, data, "it") == graphs.small()


RIGHT: dict[str, Any] = {"kind": "a", "inner": {"name": "x"}}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "it is not a mapping"),
        (None, "it is not a mapping"),
        ({"kind": "a"}, "it has no 'inner'"),
        (RIGHT | {"__class__": "x"}, "it has an unknown '__class__'"),
        (RIGHT | {"kind": "c"}, "it.kind is none of a, b"),
        (RIGHT | {"kind": ["a"]}, "it.kind is none of a, b"),
        (RIGHT | {"inner": {"name": 1}}, "it.inner.name is no text"),
        (
            RIGHT | {"inner": {"name": "x", "place": {"file": "f", "line": "1"}}},
            "it.inner.place.line is no whole number",
        ),
        (
            RIGHT | {"inner": {"name": "x", "place": {"file": "f", "line": True}}},
            "it.inner.place.line is no whole number",
        ),
        (RIGHT | {"many": {}}, "it.many is no list"),
        (RIGHT | {"many": [{"name": "x"}, 3]}, "it.many[1] is not a mapping"),
        (RIGHT | {"pair": ["p"]}, "it.pair is no list of 2"),
        (RIGHT | {"by_name": []}, "it.by_name is not a mapping"),
        (RIGHT | {"number": "1"}, "it.number is no number"),
        (RIGHT | {"number": True}, "it.number is no number"),
        (RIGHT | {"flag": 1}, "it.flag is no truth value"),
        (RIGHT | {"day": "tomorrow"}, "it.day is no date"),
        (RIGHT | {"day": 3}, "it.day is no date"),
        (RIGHT | {"value": {"$resource": 3}}, "a resource is no text"),
        (RIGHT | {"value": {"$asset": {"kind": "x", "hash": ""}}}, "an asset is of the unknown kind 'x'"),
        (RIGHT | {"value": {"$asset": {"kind": "asset", "hash": 1}}}, "hash of an asset is no text"),
        (RIGHT | {"value": {"$asset": []}}, "an asset is not a mapping"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_in_words(data: Any, said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("[", r"\[").replace("(", r"\(")):
        decode(Outer, data, "it")


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": Infinity}', b"\xff\xfe", "[" * 101 + "]" * 101, "[" * 10**6])
def test_what_is_no_json_or_too_deep_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["1e400", "-1e400", "9" * 400, '"\\ud800"', '{"\\udfff": 1}', b'"\xed\xa0\x80"', '"\ud800"', "\x00["]
)
def test_what_nobody_could_reckon_with_or_write_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"^it is no JSON: .+"):
        parse(text)


def test_a_character_of_two_halves_is_whole() -> None:
    assert parse('"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_what_would_take_much_more_memory_than_its_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "PARTS", 10)
    assert parse("[" + "[]," * 4 + "[]]")
    with pytest.raises(ValueError, match="more than 10 values"):
        parse("[" + "[]," * 6 + "[]]")


def test_the_deepest_that_is_allowed_is_read() -> None:
    assert parse("[" * 100 + "]" * 100)
