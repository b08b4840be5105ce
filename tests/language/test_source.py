"""A YAML text becomes nodes with places, or is refused with a place, a caret and a fix."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.language.cases_of import cases
from ultrastack.language.limits import FILE_BYTES
from ultrastack.language.source import load, parse
from ultrastack.model.place import Refused


@pytest.mark.parametrize("case", cases("yaml_refusals"), ids=lambda case: case["case"])
def test_a_refusal_shows_the_place_and_what_to_type(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parse(case["text"], "stacks/dev.yaml")
    assert str(refused.value) + "\n" == case["says"]


def test_every_refusal_has_a_fix_and_no_word_of_libyaml() -> None:
    for case in cases("yaml_refusals"):
        assert "\n   fix: " in case["says"]
        assert not any(word in case["says"] for word in ("did not find", "while parsing", "while scanning", "token"))


@pytest.mark.parametrize("case", cases("yaml_values"), ids=lambda case: case["written"] or "nothing")
def test_a_scalar_has_the_type_that_its_writing_says(case: dict[str, Any]) -> None:
    if case.get("refused"):
        with pytest.raises(Refused):
            parse(f"x: {case['written']}\n", "f.yaml")
        return
    value = parse(f"x: {case['written']}\n", "f.yaml").data()["x"]
    assert value == case["is"]
    assert type(value) is type(case["is"])


def test_every_node_has_its_place() -> None:
    node = parse("# a comment\nvars:\n  zones: [use2-az3, 'b c']\n  n: 12\n", "stacks/dev.yaml").value["vars"]
    zones, n = node.value["zones"], node.value["n"]
    found = [(str(x.place), x.place.width, x.place.excerpt.strip()) for x in (zones.value[0], zones.value[1], n)]
    assert found == [
        ("stacks/dev.yaml:3:11", 8, "zones: [use2-az3, 'b c']"),
        ("stacks/dev.yaml:3:21", 5, "zones: [use2-az3, 'b c']"),
        ("stacks/dev.yaml:4:6", 2, "n: 12"),
    ]
    assert {k: (v.line, v.column, v.width) for k, v in node.keys.items()} == {"zones": (3, 3, 5), "n": (4, 3, 1)}


def test_line_ends_are_counted_as_libyaml_does() -> None:
    text = "a: 1\r\nb: 2\rc: 'x\u2028 y'\nd: \x0b\n"
    with pytest.raises(Refused) as refused:  # a vertical tab is no line end, and not allowed either
        parse(text, "f.yaml")
    assert str(refused.value.problems[0].place) == "f.yaml:5:4"
    assert parse("a: 'x\u2028 y'\nb: 3\n", "f.yaml").keys["b"].line == 3


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parse("", "f.yaml").data() == {}
    assert parse("# nothing\n", "f.yaml").data() == {}


def test_merge_keys_stand_below_the_written_ones_and_the_first_of_several_wins() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2, q: 2}\nc: {<<: [*a, *b], q: 3}\nd: {q: 4, <<: *b}\n"
    data = parse(text, "f.yaml").data()
    assert data["c"] == {"q": 3, "x": 1, "y": 1, "z": 2}
    assert data["d"] == {"q": 4, "y": 2, "z": 2}


def test_an_alias_keeps_the_place_of_what_it_stands_for() -> None:
    node = parse("a: &a [1, x]\nb: *a\n", "f.yaml")
    assert str(node.value["b"].value[1].place) == "f.yaml:1:11"


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(Refused) as refused:
        parse("\n".join(lines), "f.yaml")
    assert str(refused.value) == (
        "f.yaml:5:45  aliases expand to more than 100,000 values\n"
        "    5 | a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]\n"
        "      |                                             ^^^\n"
        "   fix: use `vars` and a `loop`"
    )


def test_a_file_is_named_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "dev.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")  # a byte order mark is fine
    node = load(tmp_path / "stacks" / "dev.yaml", tmp_path)
    assert node.data() == {"a": 1}
    assert str(node.keys["a"]) == "stacks/dev.yaml:1:1"
    assert load(Path("stacks/dev.yaml"), tmp_path).data() == {"a": 1}


def refusal(path: Path, root: Path) -> str:
    with pytest.raises(Refused) as refused:
        load(path, root)
    return str(refused.value)


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "stacks" / "more").mkdir(parents=True)
    (root / "stacks" / "common.yaml").write_text("a: 1\n")
    (root / "stacks" / "latin.yaml").write_bytes(b"a: 1\nb: caf\xe9\n")
    (root / "stacks" / "large.yaml").write_bytes(b"#" * (FILE_BYTES + 1))
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    (root / "stacks" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    os.mkfifo(root / "stacks" / "pipe.yaml")
    assert (
        refusal(root / "stacks" / "comon.yaml", root) == "stacks/comon.yaml  does not exist\n   fix: use 'common.yaml'"
    )
    assert refusal(root / "stacks" / "more", root) == "stacks/more  is a folder, not a file\n   fix: name a .yaml file"
    assert refusal(root / "stacks" / "pipe.yaml", root) == "stacks/pipe.yaml  is not a file\n   fix: name a .yaml file"
    assert refusal(root / "stacks" / "large.yaml", root) == (
        "stacks/large.yaml  is larger than 5 MB\n   fix: split it with `extends` or `include`"
    )
    assert refusal(root / "stacks" / "latin.yaml", root) == (
        "stacks/latin.yaml:2:1  is not UTF-8 text: byte 0xe9\n   fix: save the file as UTF-8"
    )
    assert refusal(root / "stacks" / "link.yaml", root) == (
        "stacks/link.yaml  lies outside of the project\n   fix: copy it into stacks/"
    )
    assert "lies outside of the project" in refusal(root / ".." / "outside.yaml", root)
    assert "lies outside of the project" in refusal(Path("/etc/hostname"), root)


def test_a_path_with_a_nul_is_refused(tmp_path: Path) -> None:
    assert "is not the path of a file" in refusal(Path("a\0b"), tmp_path)
