"""What no input of a resource shows is told in a note."""

from __future__ import annotations

from pathlib import Path

from tests.cli.pull_request import change, project
from tests.planner.test_review import reviewed

STACK = """\
aws: {region: us-east-2, account_id: "111122223333"}
tags: {cost-center: a, owner: b, service: c}
vars: {model: chat}
steps:
  - name: weights
    aws.storage_bucket: {}
    register: weights
    options: {protect: true}
  - name: serving
    aws.sagemaker_endpoint:
      model: {image: "111122223333.dkr.ecr.us-east-2.amazonaws.com/serving:1", data: "{{ weights.uri }}/{{ model }}/"}
      variants: [{instance_type: ml.g6.4xlarge, min: 1, max: 1}]
"""


def notes(tmp_path: Path, old: str, new: str) -> list[str]:
    root = project(tmp_path / "it", {"a": STACK})
    assert old in STACK
    change(root, {"a": STACK.replace(old, new)})
    return [note.text for note in reviewed(root, ["a"]).notes]


def test_words_that_are_written_otherwise(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, "/{{ model }}/", "/other/")
    assert said == (
        "a: step serving: `model.data` is known only after `up`, so no resource shows it; "
        "it was written {{ weights.uri }}/{{ model }}/, and is written {{ weights.uri }}/other/"
    )


def test_words_that_are_made_of_another_variable(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, "model: chat", "model: summaries")
    assert said.endswith("so no resource shows it; it is made of model, which changed")


def test_a_guard_that_is_taken_away(tmp_path: Path) -> None:
    (said,) = notes(tmp_path, "    options: {protect: true}\n", "")
    assert said.startswith("a: weights-") and said.endswith("are not protected any more")


def test_what_stays_is_not_told(tmp_path: Path) -> None:
    assert notes(tmp_path, "max: 1", "max: 2") == []
