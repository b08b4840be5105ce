"""Who set a value, at which place, and whom it beat."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.explain import Origin, explain
from ultrastack.language.reading import Reading
from ultrastack.model.place import Refused

from .projects import AWS, read_files


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    files = {
        "stacks/low.yaml": """vars: {nodes: 2}
tags: {owner: platform}
steps:
  - name: net
    aws.net: {cidr: 10.0.0.0/16, zones: [a]}
    register: net
""",
        "stacks/dev.yaml": AWS
        + """extends: low.yaml
tags: {owner: ml}
vars:
  nodes: 4
  disks: [{size_gib: 5}, {size_gib: 7}]
steps:
  - name: net
    aws.net: {zones: [b]}
  - name: p-x
    aws.pool:
      machine: g6.xlarge
      subnet_ids: "{{ net.subnet_ids }}"
      max_nodes: "{{ nodes * 2 }}"
      disks: "{{ disks }}"
  - {name: off, when: false, aws.net: {cidr: 10.0.0.0/16, zones: [a]}}
""",
    }
    return read_files(tmp_path, files, overrides=["nodes=3"])


def lines(origin: Origin) -> list[str]:
    return [f"{o.words} = {o.value} {o.place} {o.level}" for o in (origin, *origin.beats)]


def test_an_argument_and_the_variables_it_reads(reading: Reading) -> None:
    found = explain(reading, "p-x.max_nodes")
    assert lines(found.winner) == ["max_nodes = 6 stacks/dev.yaml:14:18 stack file"]
    assert found.winner.written == '"{{ nodes * 2 }}"'
    assert lines(found.reads[0]) == [
        "nodes = 3 --set nodes=3 --set",
        "nodes = 4 stacks/dev.yaml:5:10 vars",
        "nodes = 2 stacks/low.yaml:1:15 extended file",
    ]
    assert found.description == "Upper limit of the group."


def test_an_argument_that_beat_the_extended_file(reading: Reading) -> None:
    assert lines(explain(reading, "net.zones").winner) == [
        "zones = ['b'] stacks/dev.yaml:9:22 stack file",
        "zones = ['a'] stacks/low.yaml:5:41 extended file",
    ]


def test_an_argument_of_the_extended_file(reading: Reading) -> None:
    assert lines(explain(reading, "net.cidr").winner) == ["cidr = 10.0.0.0/16 stacks/low.yaml:5:21 extended file"]


def test_a_path_into_a_variable(reading: Reading) -> None:
    found = explain(reading, "p-x.disks[1].size_gib")
    assert found.winner.value == 7
    assert lines(found.reads[0])[0].startswith("disks = [{'size_gib': 5}, {'size_gib': 7}] stacks/dev.yaml:6:10 vars")


def test_a_default(reading: Reading) -> None:
    assert lines(explain(reading, "p-x.volume_gib").winner) == ["volume_gib = 100 None component default"]


def test_what_only_the_cloud_knows(reading: Reading) -> None:
    found = explain(reading, "p-x.subnet_ids")
    assert found.winner.value == "<net.subnet_ids, known later>"
    assert lines(found.reads[0]) == ["net.subnet_ids = <net.subnet_ids, known later> None output of an earlier step"]


def test_variables_and_tags(reading: Reading) -> None:
    assert lines(explain(reading, "vars.nodes").winner)[0] == "nodes = 3 --set nodes=3 --set"
    assert lines(explain(reading, "tags.owner").winner) == [
        "tags.owner = ml stacks/dev.yaml:3:15 stack file",
        "tags.owner = platform stacks/low.yaml:2:15 extended file",
    ]
    assert lines(explain(reading, "net.tags.component").winner) == ["tags.component = aws-net None automatic"]


@pytest.mark.parametrize(
    "target, message",
    [
        ("nett.cidr", "nett.cidr  there is no step 'nett'\n   fix: use 'net'"),
        ("net.cdir", "net.cdir  aws.net has no argument 'cdir'\n   fix: use 'cidr'"),
        ("net", "net  which argument of 'net'?\n   fix: one of: cidr, private, tags, zones"),
        ("", "explain  names a step and one of its arguments\n   fix: as in net.cidr, or training.ultraservers[0].id"),
        (
            "net..cidr",
            "net..cidr  names a step and one of its arguments\n   fix: as in net.cidr, or training.ultraservers[0].id",
        ),
        ("p-x.disks[9]", "p-x.disks[9]  'disks' has no element 9\n   fix: it has 2"),
        ("p-x.disks[0].size", "p-x.disks[0].size  'disks[0]' has no 'size'\n   fix: use 'size_gib'"),
        ("vars.node", "vars.node  there is no variable 'node'\n   fix: use 'nodes'"),
        ("net.tags.ownr", "net.tags.ownr  'net' has no tag 'ownr'\n   fix: use 'owner'"),
        (
            "off.cidr",
            "off.cidr  the step 'off' makes nothing: `when` is false at stacks/dev.yaml:16:23\n"
            "   fix: ask for a step that is made",
        ),
    ],
)
def test_what_is_not_there(target: str, message: str, reading: Reading) -> None:
    with pytest.raises(Refused) as refused:
        explain(reading, target)
    assert str(refused.value) == message
