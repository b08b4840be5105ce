"""Each component refuses what is impossible at the line where it stands, with what to write instead: the whole message.

A case of cases/<component>.yaml is the `steps` of a stack on both clouds, and what is said. After a change of words:
ULTRASTACK_GOLDEN=1, then read each message in the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.language.projects import write
from tests.language.test_refusals import Blocks
from ultrastack.language.finder import find_components
from ultrastack.language.reader import read
from ultrastack.model.place import Refused

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
COMPONENTS = find_components(ROOT)
HEAD = """\
aws: {region: us-east-2, account_id: "111122223333"}
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
steps:
"""
AT_LEAST = 10


def cases() -> list[Any]:
    return [
        pytest.param(file, name, case, id=f"{file.stem}-{name}")
        for file in sorted(CASES.glob("*.yaml"))
        for name, case in yaml.safe_load(file.read_text("utf-8")).items()
    ]


def said(root: Path, steps: str) -> str:
    write(root, {"stacks/dev.yaml": HEAD + steps})
    try:
        read(root / "stacks" / "dev.yaml", root, COMPONENTS)
    except Refused as e:
        return str(e) + "\n"
    return "nothing was refused\n"


@pytest.mark.parametrize(("file", "name", "case"), cases())
def test_the_whole_message(file: Path, name: str, case: dict[str, Any], tmp_path: Path) -> None:
    found = said(tmp_path, case["steps"])
    if os.environ.get("ULTRASTACK_GOLDEN") and case.get("expect") != found:
        whole = yaml.safe_load(file.read_text("utf-8"))
        whole[name]["expect"] = found
        file.write_text(yaml.dump(whole, Dumper=Blocks, sort_keys=False, allow_unicode=True, width=10_000), "utf-8")
        return
    assert found == case["expect"]


@pytest.mark.parametrize(("file", "name", "case"), cases())
def test_each_problem_has_a_place_in_the_file_and_a_fix(file: Path, name: str, case: dict[str, Any]) -> None:
    lines = (HEAD + case["steps"]).splitlines()
    for problem in re.split(r"\n(?=\S)", case["expect"].strip()):
        place = re.match(r"stacks/dev\.yaml:(\d+):(\d+)  ", problem)
        assert place, problem
        assert 3 < int(place[1]) <= len(lines) and int(place[2]) <= len(lines[int(place[1]) - 1]) + 1
        assert "\n   fix: " in problem, problem


@pytest.mark.parametrize("word", COMPONENTS)
def test_every_component_has_ten(word: str) -> None:
    found = yaml.safe_load((CASES / f"{word}.yaml").read_text("utf-8"))
    assert len(found) >= AT_LEAST
    assert [name for name, case in found.items() if f"{word}:" not in case["steps"]] == []
