"""A new stack file says what was asked for, and besides that what it begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.beginning.start import EMPTY, Start, Wish, name_problem, start, starts, target_problem
from ultrastack.language.beginning.text import SCHEMA_LINE, text_of
from ultrastack.language.source import parse
from ultrastack.language.stacks import examples
from ultrastack.model.place import Refused

from .projects import write

ROOT = Path(__file__).parents[2]
ANSWERS = {
    "aws": {"region": "eu-north-1", "account_id": "444455556666"},
    "gcp": {"project": "my-ml", "region": "asia-east1", "zone": "asia-east1-c"},
}


def answers(begin: Start) -> dict[str, dict[str, str]]:
    """For each setting that it has."""
    return {cloud: {k: v for k, v in ANSWERS[cloud].items() if k in there} for cloud, there in begin.targets.items()}


@pytest.mark.parametrize("name", examples(ROOT))
def test_an_example_keeps_its_comments_and_layout(name: str) -> None:
    begin = start(ROOT, name)
    made = text_of(Wish("night", begin, answers(begin), {"team": "speech"}), ROOT).splitlines()
    there = (ROOT / begin.file).read_text().splitlines()
    assert made[0] + "\n" == SCHEMA_LINE
    assert len(made) == len(there)
    values = {v for settings in answers(begin).values() for v in settings.values()}
    for old, new in zip(there[1:], made[1:], strict=True):
        assert new == old or any(v in new for v in values) or new == "tags: {team: speech}"
        assert new.partition(" # ")[2] == old.partition(" # ")[2]


@pytest.mark.parametrize("name", examples(ROOT))
def test_nothing_of_the_examples_targets_is_left(name: str) -> None:
    begin = start(ROOT, name)
    top = parse(text_of(Wish("night", begin, answers(begin)), ROOT), "stacks/night.yaml")
    assert {cloud: top.child(cloud).data() for cloud in begin.targets} == answers(begin)  # type: ignore[union-attr]
    assert top.child("tags").data() == begin.tags  # type: ignore[union-attr]
    for word in ("example-ml/", "example-ml.iam"):
        assert word not in str(top.data())


def test_account_region_and_project_are_also_replaced_inside_of_names() -> None:
    begin = start(ROOT, "storage-bucket")
    made = text_of(Wish("night", begin, {"aws": {"region": "eu-north-1", "account_id": "222233334444"}}), ROOT)
    assert "arn:aws:kms:eu-north-1:222233334444:key/" in made
    assert "arn:aws:iam::444455556666:role/research" in made, "another account is another's"


def test_an_example_of_several_files_still_finds_them(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "examples/low.yaml": "abstract: true\nsteps: []\n",
            "examples/part.yaml": "steps: []\n",
            "examples/whole.yaml": "extends: low.yaml\nsteps:\n  - {name: a, include: part.yaml}\n",
        },
    )
    assert text_of(Wish("night", start(root, "whole"), {}), root) == (
        SCHEMA_LINE + "extends: ../examples/low.yaml\nsteps:\n  - {name: a, include: ../examples/part.yaml}\n"
    )


@pytest.mark.parametrize(
    ("tags", "made"),
    [
        ("tags: {a: b, c: 'd}'} # kept", "tags: {on: x} # kept"),
        ("tags:\n  a: b\n  c: d", "tags:\n  {on: x}"),
        ("tags: {}", "tags: {on: x}"),
    ],
)
def test_tags_are_replaced_however_they_are_written(tmp_path: Path, tags: str, made: str) -> None:
    root = write(tmp_path, {"examples/one.yaml": f"{tags}\nsteps: []\n"})
    text = text_of(Wish("night", start(root, "one"), {}, {"on": "x"}), root)
    assert text == SCHEMA_LINE + made.replace("on:", '"on":') + "\nsteps: []\n"


def test_what_cannot_be_replaced_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"examples/one.yaml": "steps: []\n"})
    with pytest.raises(Refused) as refused:
        text_of(Wish("night", start(root, "one"), {}, {"a": "b"}), root)
    assert str(refused.value) == (
        "examples/one.yaml  it has no `tags` of its own to replace\n"
        "   fix: cp examples/one.yaml stacks/night.yaml, and edit it"
    )


def test_a_stack_is_extended_by_what_is_different(tmp_path: Path) -> None:
    base = (
        "abstract: true\ngcp: {project: example-ml, region: us-east5, zone: us-east5-b}\n"
        "vars: {days: 7, long: [1], text: 'it''s'}\nsteps: []\n"
    )
    root = write(tmp_path, {"stacks/base.yaml": base})
    wish = Wish("night", start(root, "base"), {"gcp": {"project": "my-ml", "region": "us-east5"}}, {"team": "a b"})
    assert text_of(wish, root) == (
        SCHEMA_LINE
        + "# Only what is different from base.yaml: later wins, steps merge by name, `remove: true` takes one away.\n"
        'description: "night, like base"\nextends: base.yaml\n\ngcp: {project: my-ml}\n\ntags: {team: "a b"}\n\n'
        "# vars:  # what may be different, as it is there\n#   days: 7\n#   text: 'it''s'\n"
    )


def test_an_empty_one_shows_a_step() -> None:
    wish = Wish("night", start(ROOT, EMPTY), {"gcp": {"project": "my-ml", "region": "us-east5"}}, description="x")
    assert text_of(wish, ROOT) == (
        SCHEMA_LINE
        + "# `ultrastack list components` shows what there is to put under steps, `ultrastack doc WORD` explains it.\n"
        "description: x\n\ngcp: {project: my-ml, region: us-east5}\n\nsteps: []\n"
        "#  - name: checkpoints\n#    gcp.storage_bucket: {location: us-east5}\n#    register: checkpoints\n"
    )


def test_stacks_to_be_extended_and_examples_are_offered_with_their_sentences() -> None:
    found = starts(ROOT)
    assert list(found)[0] == EMPTY
    assert found["common"] == "Extends stacks/common.yaml: Networks, shared storage, a TPU slice and budgets"
    assert found["tpu-vm"] == "A single TPU VM"


def test_an_unknown_start_names_the_nearest() -> None:
    with pytest.raises(Refused) as refused:
        start(ROOT, "tpu-wm")
    assert str(refused.value).startswith(
        "--from  there is no example and no stack 'tpu-wm' to begin with\n   fix: use 'tpu-vm'; there are: empty, "
    )


@pytest.mark.parametrize("word", ["stacks/dev", "stacks/dev.yaml", "./stacks/dev.yaml", str(ROOT / "stacks/dev.yaml")])
def test_a_start_can_be_named_by_its_path(word: str) -> None:
    assert start(ROOT, word).file == "stacks/dev.yaml"


@pytest.mark.parametrize("word", ["nowhere/dev.yaml", "examples/dev", "stacks/tpu-vm", "../stacks/dev.yaml"])
def test_a_path_to_elsewhere_is_no_start_of_the_same_name(word: str) -> None:
    with pytest.raises(Refused) as refused:
        start(ROOT, word)
    assert refused.value.problems[0].what == f"there is no example and no stack '{word}' to begin with"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("night-2.a_b", ""),
        ("", "'' is no name of a stack: Pulumi takes letters, digits and - _ ."),
        ("a/b", "'a/b' is no name of a stack: Pulumi takes letters, digits and - _ ."),
        ("n" * 101, "a name of 101 characters: Pulumi takes at most 100"),
        ("Pulumi.dev", "'Pulumi.dev' would be the name of a file of Pulumi's, or of no stack file; use 'dev'"),
        ("dev.yaml", "'dev.yaml' would be the name of a file of Pulumi's, or of no stack file; use 'dev'"),
        ("Pulumi", "'Pulumi' would be the name of a file of Pulumi's, or of no stack file; use 'dev'"),
        ("-x", "'-x' would be an option of every command; begin it with a letter or a digit"),
        ("empty", "'empty' is the word for a stack without steps; use another name"),
        (
            "common",
            "stacks/common.yaml is there already and stays as it is; take another name, or look at it with "
            "`ultrastack plan common`",
        ),
    ],
)
def test_a_name_is_one_that_pulumi_and_the_folder_take(name: str, problem: str) -> None:
    assert name_problem(ROOT, name) == problem


@pytest.mark.parametrize(
    ("cloud", "given", "problem"),
    [
        ("aws", {"region": "us-east-2"}, ""),
        ("aws", {"region": "use2"}, "'use2' cannot be: Region of everything made here, as us-east-2."),
        (
            "aws",
            {"account_id": "1234"},
            "'1234' cannot be: The only account that may be touched: 12 digits in quotes, as \"111122223333\".",
        ),
        ("gcp", {"project": "Mine"}, "'Mine' cannot be: Id of the project of everything made here, as example-ml."),
        ("gcp", {"region": "us-east5-b"}, "'us-east5-b' is a zone; its region is 'us-east5'"),
        (
            "gcp",
            {"project": "my-ml", "region": "us-east5", "zone": "us-west4-a"},
            "`gcp` has the zone us-west4-a, which is not in the region us-east5; use a zone of it",
        ),
    ],
)
def test_a_target_is_checked_as_in_the_file(cloud: str, given: dict[str, str], problem: str) -> None:
    assert target_problem(cloud, given) == problem
