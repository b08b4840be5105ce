"""ultrastack list and doc: each word that is listed can be asked about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.golden import same_as_golden
from ultrastack.cli.project import Project
from ultrastack.cli.words import KINDS

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project")
HERE = Project.find(Path(__file__).parents[2])
WORDS = sorted({w for kind in ("keywords", "filters", "functions") for w in KINDS[kind](HERE)})


def test_stacks_with_their_descriptions(run: Command) -> None:
    assert run("list", "stacks").out == "dev   To try things\nprod  For real\n"


def test_a_stack_that_cannot_be_read_is_listed_all_the_same(run: Command, project: Path) -> None:
    (project / "stacks" / "bad.yaml").write_text("steps:\n  - [\n")
    assert run("list", "stacks").out.splitlines()[0] == "bad   cannot be read; `ultrastack plan bad` says why"


@pytest.mark.usefixtures("only_read")
def test_examples_are_listed_and_planned_like_stacks(run: Command, project: Path) -> None:
    (project / "examples").mkdir()
    (project / "examples" / "small.yaml").write_text("description: A small one\nextends: ../stacks/dev.yaml\n")
    assert run("list", "examples").out == "small  A small one\n"
    by_name, by_path = run("plan", "small"), run("plan", "examples/small.yaml")
    assert by_name.out.splitlines()[1] == "A small one"
    assert by_path.out == by_name.out


def test_without_a_kind_all_are_counted(run: Command) -> None:
    lines = run("list").out.splitlines()
    assert [line.split()[0] for line in lines[: len(KINDS)]] == list(KINDS)
    assert lines[0] == "stacks        2   dev, prod"
    assert lines[-1] == "ultrastack list KIND names all; ultrastack doc WORD explains one."


def test_an_unknown_kind(run: Command) -> None:
    done = run("list", "stackz")
    assert done.code == 2
    assert f"'stackz' is not one of {', '.join(map(repr, KINDS))}" in done.err


@pytest.mark.parametrize("word", ["loop", "tags", "default", "secret", "range"])
def test_a_word_of_the_language(run: Command, word: str) -> None:
    same_as_golden(f"cli/doc_{word}.txt", run("doc", word).out)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_language_has_an_example(run: Command, word: str) -> None:
    done = run("doc", word)
    assert (done.code, done.err) == (0, "")
    assert "example:\n  " in done.out


@pytest.mark.parametrize("word", KINDS["components"](HERE))
def test_every_component_has_all_parts(run: Command, word: str) -> None:
    done = run("doc", word, "-C", str(HERE.folder))
    assert (done.code, done.err) == (0, "")
    parts = ["Arguments", "Outputs, for later steps through `register`"]
    assert [part for part in parts if f"\n\n{part}\n  " not in done.out] == []
    assert re.search("Example, (stacks|examples)/", done.out), "no shipped stack or example uses it"


def test_every_slice_says_where_its_row_is_from(run: Command) -> None:
    for word in [*KINDS["slices"](HERE)][::20]:
        told = run("doc", word).out
        assert told.startswith(f"{word}  (TPU slice)\n  generation ") and ", as of 20" in told


def test_every_machine_says_where_its_row_is_from(run: Command) -> None:
    for word in KINDS["machines"](HERE):
        assert ", as of 20" in run("doc", word).out, word


def test_a_component(run: Command) -> None:
    out = run("doc", "aws.network").out
    assert out.startswith("aws.network\nA VPC for machines with many network cards: ")
    assert (
        "\n\nArguments\n  cidr  text, required\n      Range of IPv4 addresses of the whole network, /16 to /28.\n"
        in out
    )
    assert "  nat  none | single | per-zone, default single\n" in out
    assert "  flow_logs.retention_days  one of 1, 3, 5, … 3653 (22 values), default 30\n" in out
    assert "\n  vpc_id                      Id of the VPC.\n" in out
    assert out.endswith(
        "Example, stacks/common.yaml:6\n"
        "  - name: net\n"
        "    aws.network:\n"
        '      cidr: "{{ cidr }}"\n'
        "      availability_zone_ids: [use2-az3]\n"
        "    register: net\n"
    )


def test_a_component_that_cannot_be_loaded(run: Command, project: Path) -> None:
    (project / "components" / "aws").mkdir(parents=True)
    file = project / "components" / "aws" / "broken.py"
    file.write_text('"""Broken."""\n\nimport nowhere_at_all\n')
    assert "aws.broken                    Broken." in run("list", "components").out.splitlines()
    done = run("doc", "aws.broken")
    assert done.code == 2
    what = "ModuleNotFoundError: No module named 'nowhere_at_all' (line 3 of its file)"
    assert done.err.endswith(f"Error: aws.broken cannot be loaded from {file}: {what}\n")


def test_a_misspelt_word(run: Command) -> None:
    done = run("doc", "lop")
    assert done.code == 2
    assert done.err.endswith(
        "Error: no word 'lop'; did you mean 'loop' or 'lower' or 'float'? `ultrastack list` shows what there is.\n"
    )


def test_a_word_without_its_cloud(run: Command) -> None:
    """What contains the word is nearer than what looks like it."""
    meant = "did you mean 'gcp.tpu_slice'? `ultrastack list` shows what there is.\n"
    assert run("doc", "tpu_slice").err.endswith(f"Error: no word 'tpu_slice'; {meant}")


@pytest.mark.parametrize(
    ("family", "first", "of_each"),
    [
        ("trn2", "  trn2.3xlarge   1 x Trainium2, 12 vCPUs", "trn2."),
        ("v6e", "  v6e-1    v6e 1x1, 1 chip in 1 machine", "v6e-"),
        ("v5e", "  v5litepod-1    v5e 1x1, 1 chip in 1 machine", "v5litepod-"),
    ],
)
def test_a_family_is_listed(run: Command, family: str, first: str, of_each: str) -> None:
    head, *lines = run("doc", family).out.splitlines()
    assert head == f"{family} is a family; `ultrastack doc` explains each of it."
    assert lines[0].startswith(first)
    assert {line.strip().startswith(of_each) for line in lines} == {True}


def test_a_generation_without_known_shapes(run: Command) -> None:
    done = run("doc", "tpu8t")
    assert done.code == 2
    assert done.err.endswith("Error: no slice shape of tpu8t is known; `ultrastack catalog` shows what is.\n")


@pytest.mark.parametrize(
    ("word", "absent", "present"),
    [
        ("p5en.48xlarge", "neuron", "  efa_version "),
        ("g6e.2xlarge", "efa_version", "  efa_interfaces "),
        ("v6e-16", "twistable", "  machine_type "),
    ],
)
def test_columns_that_only_others_can_fill_are_not_shown(run: Command, word: str, absent: str, present: str) -> None:
    out = run("doc", word).out
    assert absent not in out
    assert present in out
    assert "unknown" not in out


def test_it_works_without_a_project(run: Command, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = str(tmp_path_factory.mktemp("elsewhere"))
    assert run("doc", "loop", "-C", folder).code == 0
    assert run("list", "components", "-C", folder).out.startswith("aws.accelerator_cluster")


def test_a_rule_of_the_projects_own_writes_nothing_into_the_terminal(run: Command, project: Path) -> None:
    (project / "policies/own").mkdir(parents=True, exist_ok=True)
    (project / "policies/own/hostile.py").write_text(
        'from ..rule import Rule\nRULE = Rule("t\x1b", "advisory", "w\x1b", "f\x1b", ("https://x\x1b",))\n\n\n'
        "@RULE.whole_graph\ndef check(world):\n    return []\n"
    )
    done = run("doc", "own.hostile")
    assert done.code == 0 and "\x1b" not in done.out and "https://x" in done.out
