"""Putting a file into its folder is all the registration there is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ultrastack.language.finder import BrokenComponent, find_components

from .projects import FAKES, read_files, write

ROOT = Path(__file__).parents[2]


def test_the_toolkit_s_own_folder_counts_once() -> None:
    found = find_components(ROOT)
    assert {e.package for e in found.values()} == {"ultrastack.components"}
    assert found["aws.network"].load().__name__ == "Network"


def test_a_project_s_own_component_comes_first(tmp_path: Path) -> None:
    write(tmp_path, {"components/aws/network.py": "class Network: pass\n"})
    found = find_components(tmp_path)
    assert found["aws.network"].file.is_relative_to(tmp_path)
    assert found["aws.storage_bucket"].package == "ultrastack.components"


def test_two_projects_in_one_process_keep_their_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = (FAKES / "components/gcp/bucket.py").read_text().replace("A bucket of the tests", name)
        write(tmp_path / name, {"components/gcp/bucket.py": text})
    one, other = (find_components(tmp_path / name)["gcp.bucket"].load() for name in ("a", "b"))
    assert one is not other


def test_listing_the_words_does_not_load_pulumi() -> None:
    code = (
        "import sys; from pathlib import Path; from ultrastack.language.finder import find_components;"
        "assert find_components(Path('.')); sys.exit('pulumi' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "text, why",
    [
        ("class Thing(:\n", "invalid syntax (line 1 of its file)"),
        (
            "import json\njson.nothing\n",
            "AttributeError: module 'json' has no attribute 'nothing' (line 2 of its file)",
        ),
        ("class Things: pass\n", "its file defines no class Thing"),
        ("class Thing: pass\n", "its class Thing has no 'token'; it must extend Component"),
    ],
)
def test_a_component_that_cannot_be_loaded(text: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, {"components/aws/thing.py": text})
    with pytest.raises(BrokenComponent) as broken:
        find_components(tmp_path)["aws.thing"].load()
    assert str(broken.value) == why


def test_it_is_told_at_the_step(tmp_path: Path) -> None:
    from ultrastack.language.reader import read
    from ultrastack.model.place import Refused

    aws = 'aws: {region: us-east-2, account_id: "111122223333"}\n'
    write(
        tmp_path,
        {"components/aws/thing.py": "1 / 0\n", "stacks/dev.yaml": aws + "steps:\n  - {name: t, aws.thing: {}}\n"},
    )
    with pytest.raises(Refused) as refused:
        read(tmp_path / "stacks/dev.yaml", tmp_path, find_components(tmp_path))
    assert str(refused.value) == (
        "stacks/dev.yaml:3:15  the component aws.thing cannot be loaded: "
        "ZeroDivisionError: division by zero (line 1 of its file)\n"
        "    3 |   - {name: t, aws.thing: {}}\n"
        "      |               ^^^^^^^^^\n"
        "   fix: mend components/aws/thing.py"
    )
    assert read_files  # the fakes stay importable beside it
