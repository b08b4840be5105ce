"""Renamed loops and includes, targets, places: what the language promises of steps, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from .real_cli import Project

pytestmark = pytest.mark.engine

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\n'


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
    before = project.ids("small")
    project.write(
        small=stack("bucket", '    formerly: ["older-{{ item }}", "data-{{ item }}"]\n'),
        part=part("records", "    formerly: logs\n"),
    )
    assert set(project.up("small")) <= {"same", "update"}
    after = project.ids("small")
    assert sorted(after.values()) == sorted(before.values())
    assert after["bucket-raw-bucket"] == before["data-raw-bucket"]
    assert after["team-records-bucket"] == before["team-logs-bucket"]


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
    made = project.ids("small")
    assert {"first-bucket", "first-policy"} <= set(made)
    assert not [name for name in made if name.startswith(("second", "far"))]
    project.up("small", *flags(project, "small", "far"))
    assert "far-bucket" in project.ids("small")
    project.up("small")
    project.write(small=TARGETED.replace("noncurrent_days: 14", "noncurrent_days: 21"))
    done = project.up("small", *flags(project, "small", "second"))
    assert done["update"] == 2
    assert project.operations() == [("update", "second"), ("update", "second-lifecycle")]


NOTEBOOK = """\
gcp: {project: example-ml, region: us-west4, zone: us-west4-a}
steps:
  - name: notebook
    gcp.tpu_slice: {accelerator_type: v5litepod-4}
"""


def test_naming_the_zone_that_was_chosen_touches_no_machine(repository: Callable[..., Project]) -> None:
    """A target's zone, written into an argument, names what the provider had chosen by itself."""
    project = repository({"small": NOTEBOOK})
    project.init("small")
    count = project.up("small")["create"]
    project.write(small=NOTEBOOK.replace("v5litepod-4", "v5litepod-4, zone: us-west4-a"))
    assert project.up("small") == {"same": count - 1, "update": 1}  # the component's own arguments
