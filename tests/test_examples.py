"""Every example is a whole stack that plans, together they use every component."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ultrastack.language.finder import find_components
from ultrastack.language.stacks import EXAMPLES, FOLDER, examples, stacks
from ultrastack.planner.plan import plan

ROOT = Path(__file__).parents[1]
FILES = [
    ROOT / folder / f"{name}.yaml"
    for folder, names in ((EXAMPLES, examples(ROOT)), (FOLDER, stacks(ROOT)))
    for name in names
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_plans_without_a_warning(file: Path) -> None:
    made = plan(ROOT, file.stem)
    assert len(made.graph.resources) > 1
    assert [one.text for one in made.graph.messages if one.severity != "info"] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_says_what_it_shows(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert lines[1].startswith("# ") and any(line.startswith("description: ") for line in lines)


@pytest.mark.parametrize("word", find_components(ROOT))
def test_a_component_has_an_example(word: str) -> None:
    used = [
        file for file in (ROOT / EXAMPLES).glob("*.yaml") if re.search(rf"^\s+(- )?{word}:", file.read_text(), re.M)
    ]
    assert used


def test_every_file_there_is_an_example() -> None:
    assert {file.stem for file in (ROOT / EXAMPLES).glob("*.yaml")} == set(examples(ROOT))
