"""Renamed steps, ended blocks, options of children, targets: what the language promises, on the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from .goals import write_answers
from .real_cli import Project

pytestmark = pytest.mark.engine

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\n'
INSTANCE = "aws:ec2/instance:Instance"


def write(project: Project, **stacks: str) -> None:
    for name, text in stacks.items():
        (project.folder / "stacks" / f"{name}.yaml").write_text(text)


def ids(project: Project, stack: str, token: str = "") -> dict[str, str]:
    """Name -> id in the cloud."""
    found = project.resources(stack)
    return {urn.split("::")[3]: r.get("id", "") for urn, r in found.items() if token in r["type"] and r["custom"]}


def operations(project: Project, token: str = "") -> list[tuple[str, str]]:
    """What the last `up` did with the resources of a type, or all, in order: (operation, name)."""
    events = [json.loads(line) for line in (project.home / "up.events").read_text().splitlines()]
    done = [one["resourcePreEvent"]["metadata"] for one in events if "resourcePreEvent" in one]
    return [(one["op"], one["urn"].split("::")[3]) for one in done if token in one["type"] and one["op"] != "same"]


def test_a_renamed_loop_and_a_step_renamed_in_an_include_replace_nothing(repository: Callable[..., Project]) -> None:
    def stack(name: str, formerly: str) -> str:
        return (
            f'{HEAD}steps:\n  - name: "{name}-{{{{ item }}}}"\n    aws.storage_bucket: {{noncurrent_days: 14}}\n'
            f"    loop: [raw, clean]\n{formerly}  - {{name: team, include: part.yaml, vars: {{days: 9}}}}\n"
        )

    def part(name: str, formerly: str) -> str:
        return f'steps:\n  - name: {name}\n    aws.storage_bucket: {{noncurrent_days: "{{{{ days }}}}"}}\n{formerly}'

    project = repository({"small": stack("data", ""), "part": part("logs", "")})
    project.init("small")
    project.up("small")
    before = ids(project, "small")
    write(
        project,
        small=stack("bucket", '    formerly: ["older-{{ item }}", "data-{{ item }}"]\n'),
        part=part("records", "    formerly: logs\n"),
    )
    assert set(project.up("small")) <= {"same", "update"}
    after = ids(project, "small")
    assert sorted(after.values()) == sorted(before.values())
    assert after["bucket-raw-bucket"] == before["data-raw-bucket"]
    assert after["team-records-bucket"] == before["team-logs-bucket"]


CLUSTER = (
    HEAD
    + """\
vars:
  blocks: BLOCKS
steps:
  - name: training
    aws.trn2_ultraserver_cluster:
      subnet_id: subnet-0a1b2c3d4e5f60718
      security_group_ids: [sg-0a1b2c3d4e5f60718]
      ultraservers: "{{ blocks }}"
"""
)
DAY = {"starts_at": "2026-12-01T11:30:00Z", "ends_at": "2026-12-02T11:30:00Z"}


def cluster(*blocks: Mapping[str, Any]) -> str:
    return CLUSTER.replace("BLOCKS", json.dumps([{**DAY, **one} for one in blocks]))


def test_a_block_ends_another_takes_its_place_and_only_their_nodes_are_touched(
    repository: Callable[..., Project],
) -> None:
    first = {"id": "cr-0a1b2c3d4e5f60718", "name": "one"}
    second = {"id": "cr-0a1b2c3d4e5f60719", "name": "two"}
    project = repository({"small": cluster(first, second)})
    project.init("small")
    project.up("small")
    before = ids(project, "small", INSTANCE)
    assert len(before) == 8

    write(project, small=cluster(second))  # the block has ended, and is taken out of the list
    done = project.up("small")
    assert done["delete"] == 4
    assert "replace" not in done
    assert "create" not in done
    left = ids(project, "small", INSTANCE)
    assert left == {name: one for name, one in before.items() if "-two-" in name}

    write(project, small=cluster({**second, "id": "cr-0a1b2c3d4e5f60720"}))
    project.up("small")
    done_in_order = operations(project, INSTANCE)
    for name in left:  # a block has no spare slot: the old machine goes first
        mine = [op for op, of in done_in_order if of == name]
        assert mine.index("delete-replaced") < mine.index("create-replacement")
    after = ids(project, "small", INSTANCE)
    assert not set(after.values()) & set(left.values())

    write(project, small=cluster({**second, "id": "cr-0a1b2c3d4e5f60720", "launch": False}))
    project.up("small")
    assert [op for op, _ in operations(project, INSTANCE)] == ["delete"] * 4
    assert ids(project, "small", INSTANCE) == {}
    assert set(project.up("small")) == {"same"}


EXISTING = (
    HEAD
    + """\
steps:
  - name: kept
    aws.storage_bucket: {physical_name: in-use-111122223333}
    options: {protect: true, children: {bucket: {import: in-use-111122223333}}}
  - name: left
    aws.storage_bucket:
    options: {children: {bucket: {retain_on_delete: true}}}
"""
)


def test_an_existing_bucket_is_taken_over_a_protected_one_stays_and_a_retained_one_is_left(
    repository: Callable[..., Project],
) -> None:
    project = repository({"small": EXISTING})
    answers = project.home / "answers.json"
    project.home.mkdir()
    tags = {"Name": "kept-bucket", "component": "aws-storage-bucket", "environment": "small"}
    tags |= {"managed-by": "ultrastack", "stack": "small"}
    there = {"bucket": "in-use-111122223333", "forceDestroy": False, "tags": tags}
    write_answers(answers, {}, {"aws:s3/bucket:Bucket": {"in-use-111122223333": there}})
    project.extra_env["ULTRASTACK_REHEARSAL_ANSWERS"] = str(answers)
    project.init("small")
    assert project.up("small")["import"] == 1
    assert ids(project, "small")["kept-bucket"] == "in-use-111122223333"
    assert set(project.up("small")) == {"same"}

    retained = {urn.split("::")[3] for urn, r in project.resources("small").items() if r.get("retainOnDelete")}
    assert retained == {"left-bucket"}

    refused = project.run("destroy", "--yes", "--skip-preview", "--stack", "small", ok=False)
    assert refused.code != 0
    assert "::kept-" in refused.text
    assert "protected" in refused.text
    assert "kept-bucket" in ids(project, "small")
    project.run("state", "unprotect", "--all", "--yes", "--stack", "small")
    project.destroy("small")
    assert project.resources("small") == {}


TARGETED = (
    HEAD
    + """\
providers: {west: {cloud: aws, region: us-west-2}}
steps:
  - name: first
    aws.storage_bucket: {noncurrent_days: 14}
    register: first
  - name: second
    aws.storage_bucket: {reader_arns: ["{{ first.arn }}"], noncurrent_days: 14}
  - name: far
    provider: west
    aws.storage_bucket: {noncurrent_days: 14}
"""
)


def flags(project: Project, *words: str) -> list[str]:
    """As a shell makes them of $(ultrastack urns small STEP)."""
    command = [sys.executable, "-m", "ultrastack.cli", "urns", *words]
    return subprocess.run(command, cwd=project.folder, check=True, capture_output=True, text=True).stdout.split()


def test_urns_are_targets_before_the_first_up_and_after_it(repository: Callable[..., Project]) -> None:
    project = repository({"small": TARGETED})
    project.init("small")
    project.up("small", *flags(project, "small", "first"))
    made = ids(project, "small")
    assert {"first-bucket", "first-policy"} <= set(made)
    assert not [name for name in made if name.startswith(("second", "far"))]
    project.up("small", *flags(project, "small", "far"))
    assert "far-bucket" in ids(project, "small")
    project.up("small")
    write(project, small=TARGETED.replace("noncurrent_days: 14", "noncurrent_days: 21"))
    done = project.up("small", *flags(project, "small", "second"))
    assert done["update"] == 2
    assert operations(project) == [("update", "second"), ("update", "second-lifecycle")]
