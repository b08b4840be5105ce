"""Every refusal says where, what and what to do: the whole message, for every way to get a stack file wrong.

A case is an entry of a file in cases/refusals: `stack` (stacks/dev.yaml; `steps`: the same below an `aws`) or `files`,
and what is said. After a change of words: ULTRASTACK_GOLDEN=1, then read each message in the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ultrastack.model.place import Refused

from .projects import AWS, read_files

CASES = Path(__file__).parent / "cases" / "refusals"
FILES = sorted(CASES.glob("*.yaml"))


def cases() -> list[Any]:
    found = []
    for file in FILES:
        for name, case in yaml.safe_load(file.read_text("utf-8")).items():
            found.append(pytest.param(file, name, case, id=f"{file.stem}-{name}"))
    return found


def said(root: Path, case: dict[str, Any]) -> str:
    files = dict(case.get("files", {}))
    if "stack" in case:
        files["stacks/dev.yaml"] = case["stack"]
    elif "steps" in case:
        files["stacks/dev.yaml"] = AWS + case["steps"]
    try:
        read_files(
            root,
            files,
            case.get("name", "dev"),
            case.get("set", ()),
            case.get("config"),
            case.get("secret_keys", ()),
        )
    except Refused as e:
        return str(e) + "\n"
    return "nothing was refused\n"


@pytest.mark.parametrize("file, name, case", cases())
def test_the_whole_message(file: Path, name: str, case: dict[str, Any], tmp_path: Path) -> None:
    found = said(tmp_path, case)
    assert str(tmp_path) not in found, "a message shows a folder of this machine"
    if os.environ.get("ULTRASTACK_GOLDEN") and case.get("expect") != found:
        whole = yaml.safe_load(file.read_text("utf-8"))
        whole[name]["expect"] = found
        file.write_text(yaml.dump(whole, Dumper=Blocks, sort_keys=False, allow_unicode=True, width=10_000), "utf-8")
        return
    assert found == case.get("expect", "")


class Blocks(yaml.SafeDumper):
    """Long texts as blocks, as a person writes them."""


Blocks.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


@pytest.mark.parametrize("file, name, case", cases())
def test_each_problem_says_what_to_do(file: Path, name: str, case: dict[str, Any]) -> None:
    for problem in re.split(r"\n(?=\S)", case["expect"].strip()):
        assert "\n   fix: " in problem, problem


def test_there_are_cases_for_every_keyword() -> None:
    from ultrastack.language.keywords import STEP, TOP

    text = "\n".join(f.read_text("utf-8") for f in FILES)
    assert [word for word in {**TOP, **STEP} if f"{word}:" not in text] == []
