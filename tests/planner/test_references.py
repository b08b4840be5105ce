"""Which outputs of other stacks a stack file reads, wherever the words stand."""

from __future__ import annotations

from pathlib import Path

from ultrastack.language.finder import find_components
from ultrastack.language.reader import read
from ultrastack.model.graph import Graph, Resource
from ultrastack.planner.references import references

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\n'


def found(tmp_path: Path, text: str, **more: str) -> list[tuple[str, str, str]]:
    """Place, stack and output of each."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    for name, content in more.items():
        (folder / f"{name}.yaml").write_text(content)
    (folder / "dev.yaml").write_text(HEAD + text)
    reading = read(folder / "dev.yaml", tmp_path, find_components(tmp_path))
    return [(str(r.place), r.stack, r.output) for r in references(Graph("p", "dev"), reading)]


def test_in_arguments_tags_and_outputs_with_their_places(tmp_path: Path) -> None:
    text = """\
steps:
  - name: one
    aws.storage_bucket:
      reader_arns: ["arn:aws:iam::111122223333:role/{{ stack_output('acme/p/base', 'reader') }}"]
      kms_key_arn: "{{ stack_output('acme/p/keys', 'main')['arn'] }}"
outputs:
  vpc: ["{{ stack_output('acme/p/base', 'vpc') }}"]
"""
    assert found(tmp_path, text) == [
        ("stacks/dev.yaml:5:53", "acme/p/base", "reader"),
        ("stacks/dev.yaml:6:21", "acme/p/keys", "main"),
        ("stacks/dev.yaml:8:10", "acme/p/base", "vpc"),
    ]


def test_names_made_of_variables_and_references_inside_variables(tmp_path: Path) -> None:
    text = """\
vars:
  base: "acme/p/base-{{ stack }}"
  vpc: "{{ stack_output(base, 'vpc') }}"
  unused: "{{ stack_output(base, 'unused') }}"
steps:
  - name: "group-{{ item }}"
    loop: [a, b]
    aws.efa_placement_group: {vpc_id: "{{ vpc }}", peers: {other: {security_group_id: "{{ stack_output(base, item) }}"}}}
"""  # noqa: E501
    assert found(tmp_path, text) == [
        ("stacks/dev.yaml:4:9", "acme/p/base-dev", "vpc"),
        ("stacks/dev.yaml:9:88", "acme/p/base-dev", "a"),
        ("stacks/dev.yaml:9:88", "acme/p/base-dev", "b"),
    ]


def test_what_is_left_out_reads_nothing(tmp_path: Path) -> None:
    text = """\
steps:
  - name: one
    when: stack == 'prod'
    aws.storage_bucket: {reader_arns: ["{{ stack_output('acme/p/base', 'reader') }}"]}
"""
    assert found(tmp_path, text) == []


def test_in_an_included_file(tmp_path: Path) -> None:
    part = "steps: [{name: in, aws.storage_bucket: {kms_key_arn: \"{{ stack_output(base, 'key') }}\"}}]\n"
    text = "steps: [{name: team, include: part.yaml, vars: {base: acme/p/base}}]\n"
    assert found(tmp_path, text, part=part) == [("stacks/part.yaml:1:55", "acme/p/base", "key")]


def test_another_program_is_known_by_the_stacks_that_it_asked() -> None:
    asked = Resource("urn", "pulumi:pulumi:StackReference", "base", "read", inputs={"name": "acme/p/base"})
    (one,) = references(Graph("p", "dev", resources=(asked,)), None)
    assert (str(one.place), one.stack, one.output) == ("the program", "acme/p/base", "")
