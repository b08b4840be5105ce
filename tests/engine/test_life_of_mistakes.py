"""What goes wrong on the real engine is told with its place, before anything is made; and no credential gets there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .real_cli import Project

pytestmark = pytest.mark.engine

BUCKETS = """\
aws: {region: us-east-2, account_id: "111122223333"}
steps:
  - name: first
    aws.storage_bucket: {noncurrent_days: 14}
    register: first
  - name: second
    aws.storage_bucket: {reader_arns: ["{{ first.arn }}"]}
outputs:
  first: "{{ first.bucket_name }}"
"""


def test_a_mistake_in_the_last_line_registers_nothing(repository: Callable[..., Project]) -> None:
    project = repository({"small": BUCKETS.replace("first.bucket_name", "first.bucket_nam")})
    project.init("small")
    run = project.run("up", "--yes", "--skip-preview", "--stack", "small", ok=False)
    assert run.code != 0
    assert (
        "    error: 1 problem; nothing was changed\n"
        "    stacks/small.yaml:9:11  `first.bucket_nam`: 'first' has no output 'bucket_nam'\n"
        '        9 |   first: "{{ first.bucket_nam }}"\n'
        "          |           ^^^^^^^^^^^^^^^^^^^^^^\n"
        "       fix: use 'bucket_name'\n"
    ) in run.text
    assert "Traceback" not in run.text
    assert {r["type"] for r in project.resources("small").values()} <= {"pulumi:pulumi:Stack"}


BROKEN = '''\
"""A component with a mistake in it."""

import pulumi
import pulumi_aws as aws

from ultrastack.components.component import Args, Component


class BrokenArgs(Args):
    pass


class Broken(Component):
    token, cloud, Args, roles = "example:aws:Broken", "aws", BrokenArgs, {"vpc": "Never made."}

    def __init__(self, name: str, args: BrokenArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        zones: dict[str, str] = {}
        aws.ec2.Vpc(self.child("vpc"), cidr_block=zones["use2-az3"], opts=self.below())
        self.finish()
'''


def test_an_error_in_a_component_names_the_step(repository: Callable[..., Project]) -> None:
    project = repository({"small": BUCKETS.replace("outputs:", "  - name: third\n    aws.broken: {}\noutputs:")})
    components = project.folder / "components"
    components.unlink()  # a link to the repository's own, which is found all the same: the toolkit brings it
    (components / "aws").mkdir(parents=True)
    (components / "aws" / "broken.py").write_text(BROKEN)
    project.init("small")
    run = project.run("preview", "--stack", "small", ok=False)
    assert run.code != 0
    said = "    error: stacks/small.yaml:9:5  step 'third': component aws.broken failed: KeyError: 'use2-az3'\n"
    assert said in run.text


def test_no_credential_of_the_tester_reaches_the_program(
    repository: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    assert not [name for name in repository({}).env() if name.startswith(("AWS_", "GOOGLE_", "PULUMI_ACCESS"))]
