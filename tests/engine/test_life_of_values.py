"""Config, secrets and other stacks' outputs mean the same to a plan and to the real engine, and never leak."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from ultrastack.engine import ProgramFailed, capture
from ultrastack.model.place import Refused
from ultrastack.planner.plan import plan
from ultrastack.report.json import render as as_json
from ultrastack.report.terminal import render as as_text

from .differences import unexplained
from .goals import goals
from .real_cli import Project, copy_of_repository

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")]

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\n'
VARIABLES = (
    HEAD
    + """\
vars: {days: 14, name: plain, on: false, ratio: 0.5, list: [a], deep: {inner: {word: x}}, low: 3}
steps:
  - name: bucket
    aws.storage_bucket: {noncurrent_days: "{{ days }}", versioning: true, force_destroy: "{{ on }}"}
outputs:
  name: "{{ name }}"
  ratio: "{{ ratio }}"
  list: "{{ list }}"
  word: "{{ deep.inner.word }}"
  low: "{{ low }}"
"""
)
GIVEN = (
    "days=30",
    "name='007'",
    "on=true",
    "ratio=1.5",
    "list=[a b, 'c=d', 3]",
    "deep.inner.word=true story",
    "low=-4",
)


def test_the_lines_that_set_prints_make_it_true_for_the_real_engine(repository: Callable[..., Project]) -> None:
    project = repository({"small": VARIABLES})
    project.init("small")
    asked = plan(project.folder, "small", overrides=GIVEN)
    commands = [line for note in asked.notes for line in note.commands]
    for line in commands:
        word, *rest = shlex.split(line)
        assert word == "pulumi"
        project.run(*rest)
    offline, real = capture(project.folder, "small"), goals(project, "small")
    assert unexplained(offline, real) == []
    assert offline.outputs == asked.graph.outputs == real.outputs
    assert real.outputs["name"] == "007"
    assert real.outputs["low"] == -4


BASE = (
    HEAD
    + """\
steps:
  - name: shared
    aws.storage_bucket: {noncurrent_days: 14}
    register: shared
outputs: {arn: "{{ shared.arn }}", name: "{{ shared.bucket_name }}", low: -512, bytes: 512}
"""
)
APP = (
    HEAD
    + """\
steps:
  - name: own
    aws.storage_bucket:
      kms_key_arn: "{{ secret('key') }}"
      reader_arns: ["{{ (secret('readers') | from_json)[1] }}", "{{ secret('reader') | replace('x', 'y') }}"]
      lifecycle:
        old: {expire_after_days: 9, larger_than_bytes: "{{ secret('bytes') | int }}"}
        new: {expire_after_days: 9, larger_than_bytes: "{{ stack_output('organization/ultrastack/base', 'bytes') }}"}
      access_logs: {bucket: "{{ stack_output('organization/ultrastack/base', 'name') }}"}
    register: own
outputs:
  hidden: "{{ secret('key') }}"
  shared: "{{ stack_output('organization/ultrastack/base', 'arn') }}"
  text: "{{ stack_output('organization/ultrastack/base', 'bytes') }} bytes"
"""
)
KEY = "arn:aws:kms:us-east-2:111122223333:key/hunter2"
ROLE = "arn:aws:iam::111122223333:role/hunter2"
BYTES = 47110815
LIMIT = """\
  - name: broken
    aws.storage_bucket:
      lifecycle:
        old: {expire_after_days: 9, larger_than_bytes: "{{ stack_output('organization/ultrastack/base', 'low') }}"}
"""


@pytest.fixture(scope="module")
def two(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A stack that is made, and one that uses its outputs."""
    project = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("two"), {"base": BASE, "app": APP})
    project.init("base")
    project.up("base")
    project.init("app", {}, {"key": KEY, "readers": f'["a", "{ROLE}"]', "reader": ROLE, "bytes": str(BYTES)})
    return project


def test_a_secret_is_encrypted_wherever_pulumi_keeps_it_and_masked_in_both_reports(two: Project) -> None:
    said = two.run("preview", "--diff", "--stack", "app").text
    two.up("app")
    said += two.run("up", "--yes", "--diff", "--stack", "app").text
    said += two.run("stack", "export", "--stack", "app").out
    said += two.run("stack", "history", "--json", "--stack", "app").out
    said += two.run("stack", "output", "--json", "--stack", "app").out
    kept = [one for one in (two.home / "backend").rglob("*") if one.is_file()]  # the state, its history and its backups
    assert {one.relative_to(two.home / "backend" / ".pulumi").parts[0] for one in kept} >= {
        "stacks",
        "history",
        "backups",
    }
    said += "".join(one.read_text() for one in [*kept, two.home / "up.events"])
    made = plan(two.folder, "app")
    text = StringIO()
    as_text(made, Console(file=text, width=200), True)
    said += text.getvalue() + as_json(made)
    for secret in ("hunter2", str(BYTES)):
        assert secret not in said
    assert "own-bucket" in said
    assert two.run("stack", "output", "hidden", "--show-secrets", "--stack", "app").out.strip() == KEY
    shown = two.run("stack", "export", "--show-secrets", "--stack", "app").out
    assert KEY in shown and ROLE in shown and str(BYTES) in shown  # what was masked is there, whole


def test_another_stacks_output_arrives_as_it_is(two: Project) -> None:
    two.up("app")
    shared = {r["type"]: r for r in two.resources("base").values()}["aws:s3/bucket:Bucket"]
    own = {r["type"]: r for r in two.resources("app").values()}
    assert own["aws:s3/bucketLogging:BucketLogging"]["inputs"]["targetBucket"] == shared["outputs"]["bucket"]
    assert two.run("stack", "output", "shared", "--stack", "app").out.strip() == shared["outputs"]["arn"]
    assert two.run("stack", "output", "text", "--stack", "app").out.strip() == "512 bytes"
    rules = own["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"]["inputs"]["rules"]
    assert 512 in [rule.get("filter", {}).get("objectSizeGreaterThan") for rule in rules]


def test_a_limit_that_an_answer_breaks_has_its_place_and_no_value(two: Project) -> None:
    file = two.folder / "stacks" / "app.yaml"
    file.write_text(APP.replace("outputs:", LIMIT + "outputs:"))
    try:
        refused = two.run("up", "--yes", "--skip-preview", "--stack", "app", ok=False)
    finally:
        file.write_text(APP)
    assert refused.code != 0
    said = "'lifecycle' of aws.storage_bucket in step 'broken', `stack_output('organization/ultrastack/base', 'low')`: "
    assert f"stacks/app.yaml:15:56  {said}input should be greater than or equal to 0" in refused.text
    assert "-512" not in refused.text
    assert "Traceback" not in refused.text


CONTRADICTION = (
    "stacks/small.yaml:1:15  Pulumi's config has aws:region 'us-west-2', but the stack file says 'us-east-2'"
)


def test_a_region_in_pulumis_config_that_contradicts_is_refused_once_on_both_engines(
    repository: Callable[..., Project],
) -> None:
    project = repository({"small": VARIABLES})
    project.init("small", {"aws:region": "us-west-2"})
    with pytest.raises((Refused, ProgramFailed)) as offline:
        capture(project.folder, "small")
    assert CONTRADICTION in str(offline.value)
    run = project.run("preview", "--stack", "small", ok=False)
    assert run.code != 0
    assert run.text.count(f"1 problem; nothing was changed\n    {CONTRADICTION}") == 1
    assert "Traceback" not in run.text
