"""Everything that stacks/README.md shows can be typed: its files are read, its tables are those of the code."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from ultrastack.language.expressions import Language
from ultrastack.language.filters import FILTERS
from ultrastack.language.finder import find_components
from ultrastack.language.functions import FUNCTIONS, HANDED, make_config, make_secret, make_stack_output
from ultrastack.language.keywords import STEP, TOP
from ultrastack.language.reader import read
from ultrastack.language.scope import Scope
from ultrastack.language.stacks import stacks
from ultrastack.language.tables import refreshed
from ultrastack.model.later import Later
from ultrastack.model.place import Place

from .projects import write

ROOT = Path(__file__).parents[2]
README = ROOT / "stacks" / "README.md"
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
FILES = dict(BLOCKS)


def test_every_block_names_its_file() -> None:
    assert len(FILES) == README.read_text("utf-8").count("```yaml")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("readme"), FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_file_is_read(name: str, project: Path) -> None:
    stack = Path(name).stem
    if stack not in stacks(project) or stack == "region":
        included = [text for text in FILES.values() if f"{stack}.yaml" in text]
        assert included, "neither a stack nor used by one"
        return
    reading = read(project / name, project, find_components(ROOT))
    assert reading.built
    assert reading.notices == ()


def test_the_tables_are_fresh() -> None:
    text = README.read_text("utf-8")
    if os.environ.get("ULTRASTACK_GOLDEN"):
        README.write_text(refreshed(text), "utf-8")
    else:
        assert text == refreshed(text)


@pytest.mark.parametrize("word", sorted(TOP))
def test_each_top_keyword_has_an_example_that_is_read(word: str, tmp_path: Path) -> None:
    example = yaml.safe_load(TOP[word].example)
    assert list(example) == [word]
    net = {
        "name": "net",
        "aws.network": {"cidr": "10.20.0.0/16", "availability_zone_ids": ["use2-az3"]},
        "register": "net",
    }
    whole = {"aws": {"region": "us-east-2", "account_id": "111122223333"}, "steps": [net]}
    files = {"stacks/common.yaml": "abstract: true\nsteps: []\n", "stacks/dev.yaml": ""}
    if word == "abstract":
        files["stacks/dev.yaml"] = yaml.safe_dump({**whole, "extends": "low.yaml"})
        files["stacks/low.yaml"] = TOP[word].example
    else:
        rest = {k: v for k, v in whole.items() if k != word}
        files["stacks/dev.yaml"] = yaml.safe_dump(rest) + TOP[word].example + "\n"
    write(tmp_path, files)
    read(tmp_path / "stacks/dev.yaml", tmp_path, find_components(ROOT))


@pytest.mark.parametrize("word", sorted(STEP))
def test_each_step_keyword_has_an_example_that_is_read(word: str, tmp_path: Path) -> None:
    example = STEP[word].example
    assert list(yaml.safe_load(example)) == [word]
    lines = {"name": "name: net", "aws.network": "aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3]}"}
    if word in ("include", "assert"):
        del lines["aws.network"]
    if word == "remove":
        lines = {"name": "name: old"}
    if word in ("loop", "as"):
        lines["name"] = 'name: "net-{{ item }}"' if word == "loop" else 'name: "net-{{ zone }}"'
        lines["loop"] = "loop: [a, b]"
    lines[word] = example
    if word == "assert":
        del lines["name"]
    step = "steps:\n  - " + "\n    ".join(lines.values()) + "\n"
    head = 'extends: low.yaml\naws: {region: us-east-2, account_id: "111122223333"}\nvars: {nodes: 4}\n'
    low = "providers: {west: {cloud: aws, region: us-west-2}}\nsteps: [{name: old, aws.storage_bucket: }]\n"
    region = "steps: [{name: data, aws.storage_bucket: }]\n"
    write(tmp_path, {"stacks/dev.yaml": head + step, "stacks/low.yaml": low, "stacks/region.yaml": region})
    read(tmp_path / "stacks/dev.yaml", tmp_path, find_components(ROOT))


@pytest.mark.parametrize("entry", [*FILTERS.values(), *FUNCTIONS.values(), *HANDED.values()], ids=lambda e: e.name)
def test_each_filter_and_function_gives_what_its_example_says(entry: object) -> None:
    functions = {
        "config": make_config({"team": "ml"}, ()),
        "secret": make_secret(),
        "stack_output": make_stack_output(),
    }
    scope = Scope(Language(functions), {}, {}, {"stack": "dev"}, {})
    found = scope.calculate(entry.example, Place("README.md"))  # type: ignore[attr-defined]
    wanted = entry.result  # type: ignore[attr-defined]
    assert isinstance(found, Later) if wanted is ... else found == wanted
