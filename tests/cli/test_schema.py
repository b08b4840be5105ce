"""ultrastack schema: what editors read is fresh, and the shipped stacks are valid by it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ultrastack.cli import main
from ultrastack.language.source import load

ROOT = Path(__file__).parents[2]
FILES = [f for folder in ("stacks", "examples") for f in sorted((ROOT / folder).glob("*.yaml"))]
STACKS = [f.relative_to(ROOT).as_posix() for f in FILES if not f.name.startswith("Pulumi.")]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("schema") / "stack.schema.json"
    assert main(["schema", "-C", str(ROOT), "--output", str(file)]) == 0
    return file.read_text(encoding="utf-8")


def test_it_is_a_schema(schema: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema))


@pytest.mark.parametrize("file", STACKS)
def test_a_shipped_stack_is_valid_and_names_it_for_editors(schema: str, file: str) -> None:
    data = load(ROOT / file, ROOT).data()
    errors = jsonschema.Draft202012Validator(json.loads(schema)).iter_errors(data)
    assert [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in errors] == []
    first = (ROOT / file).read_text(encoding="utf-8").splitlines()[0]
    where = "" if file.startswith("stacks/") else "../stacks/"
    assert first == f"# yaml-language-server: $schema={where}stack.schema.json"


def test_a_misspelt_argument_is_not_valid(schema: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema))
    assert not validator.is_valid({"steps": [{"name": "net", "aws.network": {"cidx": "10.0.0.0/16"}}]})


def test_the_file_that_the_stacks_name_is_fresh(schema: str) -> None:
    file = ROOT / "stacks" / "stack.schema.json"
    assert file.is_file() and file.read_text(encoding="utf-8") == schema, "run: make tables"
