"""Every example lives its whole life on the real engine: made, left alone, given another cost tag, taken away."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ultrastack.catalog import resource_type
from ultrastack.language.stacks import examples

from . import generated_stacks as generator
from .goals import write_answers
from .real_cli import ROOT, CliFailed, Project, copy_of_repository
from .test_parity import AT_ONCE

pytestmark = pytest.mark.engine

EXAMPLES = examples(ROOT)


@dataclass
class Life:
    made: dict[str, int] = field(default_factory=dict)
    again: dict[str, int] = field(default_factory=dict)
    tagged: dict[str, int] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)  # types
    destroyed: dict[str, int] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    failure: str = ""


def live(project: Project, name: str) -> Life:
    life = Life()
    try:
        project.init(name)
        life.made = project.up(name)
        life.again = project.up(name)
        before = project.resources(name)
        file = project.folder / "examples" / f"{name}.yaml"
        text, count = re.subn(r"cost-center: [\w-]+", "cost-center: research-4711", file.read_text())
        assert count, f"examples/{name}.yaml has no cost-center tag"
        file.write_text(text)
        life.tagged = project.up(name)
        after = project.resources(name)
        life.replaced = sorted(
            after[u]["type"] for u in after if u in before and before[u].get("id") != after[u].get("id")
        )
        project.run("state", "unprotect", "--all", "--yes", "--stack", name)
        life.destroyed = project.destroy(name)
        life.left = project.resources(name)
    except (CliFailed, AssertionError) as e:
        life.failure = str(e)
    return life


@pytest.fixture(scope="module")
def lives(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    """Side by side; each test looks at one of them."""
    folder = tmp_path_factory.mktemp("lives")

    def lane(number: int) -> dict[str, Life]:
        project = copy_of_repository(pulumi_cli, folder / f"lane-{number}")
        project.home.mkdir(parents=True)
        answers = project.home / "answers.json"
        write_answers(answers, generator.ANSWERS, {})
        project.extra_env["ULTRASTACK_REHEARSAL_ANSWERS"] = str(answers)
        return {name: live(project, name) for name in EXAMPLES[number::AT_ONCE]}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {name: life for lives in pool.map(lane, range(AT_ONCE)) for name, life in lives.items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_lives_its_whole_life(example: str, lives: dict[str, Life]) -> None:
    life = lives[example]
    assert life.failure == ""
    assert set(life.made) == {"create"}
    assert life.again == {"same": life.made["create"]}
    assert life.tagged.keys() <= {"same", "update", "create", "replace", "create-replacement", "delete-replaced"}
    assert life.tagged.get("update", 0) + life.tagged.get("replace", 0) > 0, "a new cost tag changes something"
    assert "delete" in life.destroyed and life.left == {}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_cost_tag_takes_nothing_away_that_is_hard_to_get_back(example: str, lives: dict[str, Life]) -> None:
    for token in lives[example].replaced:
        known = resource_type(token)
        assert known is not None and known.holds == "nothing", f"{token} is replaced by a new cost tag"
