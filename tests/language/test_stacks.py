"""Which files are stacks, and which one a word means."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.stacks import examples, stack_path, stacks
from ultrastack.model.place import Refused

from .projects import write

FILES = {
    "stacks/dev.yaml": "extends: common.yaml\n",
    "stacks/prod.yaml": "# a comment\n\nsteps: []\n",
    "stacks/flow.yaml": "{steps: []}\n",
    "stacks/flow-abstract.yaml": "{steps: [], abstract: true}\n",
    "stacks/common.yaml": "abstract: true  # to be extended\nsteps: []\n",
    "stacks/not-abstract.yaml": "abstract: false\nsteps: []\n",
    "stacks/values.yaml": "vars: {steps: []}\n",
    "stacks/Pulumi.dev.yaml": "config: {}\nsteps: []\n",
    "stacks/README.md": "steps: []\n",
    "stacks/broken.yaml": "steps: [\n",
    "stacks/binary.yaml": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    (tmp_path / "stacks/binary.yaml").write_bytes(b"\xff\xfe steps:")
    return tmp_path


def test_stacks_have_steps_or_extend_and_are_not_abstract(root: Path) -> None:
    assert stacks(root) == ["broken", "dev", "flow", "not-abstract", "prod"]


def test_a_stack_is_meant_by_name_or_by_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = root / "stacks" / "dev.yaml"
    monkeypatch.chdir(root / "stacks")
    for word in ("dev", "stacks/dev.yaml", "dev.yaml", "./dev.yaml", str(wanted)):
        assert stack_path(root, word) == wanted


def test_a_project_without_stacks_has_none(tmp_path: Path) -> None:
    assert stacks(tmp_path) == []


def test_an_example_is_planned_and_built_by_its_name_too(root: Path) -> None:
    write(root, {"examples/small.yaml": "steps: []\n", "examples/part.yaml": "abstract: true\nsteps: []\n"})
    assert examples(root) == ["small"]
    for word in ("small", "examples/small.yaml", str(root / "examples" / "small.yaml")):
        assert stack_path(root, word) == root / "examples" / "small.yaml"


def test_a_stack_hides_an_example_of_its_name_since_pulumi_knows_it_by_the_name_alone(root: Path) -> None:
    write(root, {"examples/dev.yaml": "steps: []\n"})
    assert examples(root) == []
    assert stack_path(root, "dev") == root / "stacks" / "dev.yaml"
    with pytest.raises(Refused) as refused:
        stack_path(root, "examples/dev.yaml")
    assert "stacks/dev.yaml is the stack of this name" in str(refused.value)


def test_a_misspelt_example_is_suggested(root: Path) -> None:
    write(root, {"examples/small.yaml": "steps: []\n"})
    with pytest.raises(Refused) as refused:
        stack_path(root, "smal")
    assert "use 'small'; the stacks are: broken, dev" in str(refused.value)


def test_an_abstract_example_says_so(root: Path) -> None:
    write(root, {"examples/part.yaml": "abstract: true\nsteps: []\n"})
    with pytest.raises(Refused) as refused:
        stack_path(root, "examples/part.yaml")
    assert str(refused.value).startswith("examples/part.yaml:1:11  'examples/part.yaml' is abstract")
