"""Every shipped stack lives its whole life on the real engine: made, left alone, changed, renamed, taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ultrastack.language.stacks import stacks

from .real_cli import ROOT, Project

pytestmark = pytest.mark.engine

SHIPPED = stacks(ROOT)
TEMPLATE = "gcp:compute/instanceTemplate:InstanceTemplate"


def edit(project: Project, name: str, old: str, new: str) -> None:
    file = project.folder / "stacks" / f"{name}.yaml"
    text = file.read_text()
    assert old in text, f"stacks/{name}.yaml has no {old!r} any more: change this test with it"
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize("stack", SHIPPED)
def test_a_shipped_stack_lives_its_whole_life(repository: Callable[..., Project], stack: str) -> None:
    project = repository()
    project.init(stack)
    planned = project.preview(stack)["changeSummary"]
    assert set(planned) == {"create"}
    assert project.up(stack) == planned
    count = planned["create"]
    assert project.up(stack) == {"same": count}

    first = project.resources(stack)
    edit(project, "common", "owner: platform", "owner: research")
    changed = project.up(stack)
    before = project.resources(stack)
    assert set(changed) <= {"same", "update", "replace"}, f"a new cost tag makes and takes nothing: {changed}"
    replaced = {r["type"] for urn, r in before.items() if r.get("id", "") != first[urn].get("id", "")}
    assert replaced <= {TEMPLATE}, "a new cost tag is written in place, but Google's templates cannot be changed"

    edit(project, "common", "- name: fabric\n", "- name: interconnect\n    formerly: [fabric]\n")
    renamed = project.up(stack)
    assert set(renamed) == {"same", "update"}, f"only Name tags follow the step's name, in place: {renamed}"
    after = project.resources(stack)
    assert any("::interconnect" in urn for urn in after)
    assert sorted(r.get("id", "") for r in after.values()) == sorted(r.get("id", "") for r in before.values())

    protected = {urn for urn, r in after.items() if r.get("protect")}
    if protected:  # what others than they need may be gone by then
        refused = project.run("destroy", "--yes", "--skip-preview", "--stack", stack, ok=False)
        assert refused.code != 0
        assert "is protected" in refused.text
        assert protected <= set(project.resources(stack))
        project.run("state", "unprotect", "--all", "--yes", "--stack", stack)
    left = len(project.resources(stack))
    assert project.destroy(stack) == {"delete": left}
    assert project.resources(stack) == {}


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
