"""`ultrastack rehearse` on realistic exports: what is lost, in which order, what stops it, and nothing left behind."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from .real_cli import ROOT
from .rehearsals import (
    COMMAND,
    EXPORTS,
    Case,
    Done,
    environment,
    left_in,
    processes_of,
    project_of,
    rehearse,
)

pytestmark = pytest.mark.engine

LESS = ("storage_capacity_gib: 4800", "storage_capacity_gib: 2400")


def without_block() -> tuple[str, str]:
    """The lines of the block that was bought, and none."""
    text = (EXPORTS / "training.yaml").read_text()
    start = text.index("      ultraservers:\n")
    return text[start : text.index("      mounts:")], "      ultraservers: []\n"


def of_type(export: dict[str, Any], token: str) -> list[dict[str, Any]]:
    return [one for one in export["deployment"]["resources"] if one["type"] == token]


def encrypted(export: dict[str, Any]) -> None:
    """As an export without --show-secrets, of a program that once kept the capacity secret."""
    (lustre,) = of_type(export, "aws:fsx/lustreFileSystem:LustreFileSystem")
    for values in (lustre["inputs"], lustre["outputs"]):
        values["storageCapacity"] = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "ciphertext": "v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        }


def guarded(export: dict[str, Any]) -> None:
    for one in of_type(export, "aws:fsx/lustreFileSystem:LustreFileSystem"):
        one["protect"] = True


def pending(export: dict[str, Any]) -> None:
    (bucket,) = of_type(export, "gcp:storage/bucket:Bucket")
    export["deployment"]["pending_operations"] = [{"resource": bucket, "type": "creating"}]


FOREIGN = """\
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
opts = pulumi.ResourceOptions(provider=aws.Provider("aws", region="us-east-2"))
aws.ssm.Parameter("word", name="word", type="SecureString", value=config.require_secret("word"), opts=opts)
pulumi.export("user", config.require_object("db")["user"])
"""
CONFIG = """\
config:
  ultrastack:word: {secure: v1:AAAA:BBBB}
  ultrastack:db: {user: me, passwords: [{secure: v1:AAAA:BBBB}]}
"""


def one_parameter(export: dict[str, Any]) -> None:
    """The state of a program that is not ours, exported with --show-secrets."""
    token = "aws:ssm/parameter:Parameter"
    (stack,), (provider,) = of_type(export, "pulumi:pulumi:Stack"), of_type(export, "pulumi:providers:aws")
    provider["inputs"] = provider["outputs"] = {"region": "us-east-2", "version": provider["inputs"]["version"]}
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter3"'}
    values = {"name": "word", "type": "SecureString", "value": secret}
    parameter = {
        "urn": f"urn:pulumi:training::ultrastack::{token}::word",
        "custom": True,
        "id": "word",
        "type": token,
        "inputs": values,
        "outputs": values | {"id": "word", "arn": "arn:aws:ssm:us-east-2:111122223333:parameter/word", "version": 1},
        "parent": stack["urn"],
        "provider": f"{provider['urn']}::{provider['id']}",
    }
    export["deployment"]["resources"] = [stack, provider, parameter]


FAILING = (
    FOREIGN + "word = aws.ssm.Parameter('x', name='x', type='String', value='1', opts=opts)\nword.arn.apply(int)\n"
)
EXPORTED = (
    "  mount_command:",
    "  network: \"{{ stack_output('organization/network/prod', 'vpc') }}\"\n  mount_command:",
)

RENAMED = ("  - name: data\n", "  - name: store\n    formerly: [data]\n")
PROTECT = ("    register: data\n", "    options: {protect: true}\n    register: data\n")

CASES = {
    "same": Case(),
    "lost": Case(edits=(LESS, without_block())),
    "again": Case(edits=(LESS, without_block())),
    "protected": Case(edits=(LESS, PROTECT), export=guarded),
    "too-late": Case(edits=(LESS, PROTECT), words=("--format", "json")),
    "renamed": Case(edits=(LESS, RENAMED, PROTECT), words=("--fail-at", "99", "--format", "json"), export=guarded),
    "failed": Case(edits=(LESS,), words=("--fail-at", "7")),
    "destroy": Case(words=("--operation", "destroy", "--format", "json"), export=guarded),
    "refresh": Case(words=("--operation", "refresh")),
    "pending": Case(stack="tpu", export=pending),
    "secret": Case(export=encrypted),
    "encrypted": Case(stack="checkpoints"),
    "failing": Case(export=one_parameter, files={"__main__.py": FAILING, "stacks/Pulumi.training.yaml": CONFIG}),
    "outputs": Case(
        edits=(EXPORTED,),
        words=("--stack-outputs", "organization/network/prod=network.json", "--format", "json"),
        files={"network.json": '{"vpc": "vpc-1", "key": "[secret]"}'},
    ),
    "foreign": Case(export=one_parameter, files={"__main__.py": FOREIGN, "stacks/Pulumi.training.yaml": CONFIG}),
}


@pytest.fixture(scope="module")
def runs(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """Side by side; each test looks at one of them."""
    folder = tmp_path_factory.mktemp("rehearsals")
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda name: rehearse(pulumi_cli, folder / name, CASES[name]), CASES)
        return dict(zip(CASES, done, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_written_and_nothing_left_behind(runs: dict[str, Done], name: str) -> None:
    done = runs[name]
    assert done.written == frozenset()
    assert left_in(done.folder) == []
    assert processes_of(done.folder) == []
    assert "hunter2" not in done.out + done.err


def test_a_stack_that_is_as_its_file_says_stays_as_it_is(runs: dict[str, Done]) -> None:
    done = runs["same"]
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == [
        "training: up would change nothing",
        "base: export.json, asked of no cloud; 51 unchanged",
    ]


def test_a_lost_file_system_and_a_block_given_back_are_explained(runs: dict[str, Done]) -> None:
    assert (runs["lost"].code, runs["lost"].err) == (1, "")
    assert runs["lost"].out.startswith(
        "training: up would replace 3 (data would be lost), delete 8 (data would be lost and capacity would\n"
        "  be given back), update 1, create 0\n"
    )
    assert (
        "    storageCapacity 4800 -> 2400 replaces it: the new value is lower, or deploymentType is SCRATCH_1\n"
        "    the new one is made first (operations 1 and 15)\n"
        "    way out: leave storageCapacity as it is\n"
    ) in runs["lost"].out


def test_what_is_protected_stops_the_run_and_is_still_explained(runs: dict[str, Done]) -> None:
    assert (runs["protected"].code, runs["protected"].err) == (1, "")
    assert runs["protected"].out.startswith(
        "training: up would stop: data-file-system is protected and would be replaced\n"
        "if nothing were protected, up would replace 3 (data would be lost), delete 0, update 1, create 0\n"
    )


def test_protection_that_comes_with_the_change_is_too_late(runs: dict[str, Done]) -> None:
    data = runs["too-late"].data
    assert data["stopped_by"] == []
    assert data["verdict"] == "training: up would replace 3 (data would be lost), delete 0, update 1, create 0"


def test_a_replacement_under_a_new_name_is_one_and_stays_protected(runs: dict[str, Done]) -> None:
    data = runs["renamed"].data
    assert data["verdict"] == "training: up would stop: data-file-system is protected and would be replaced"
    assert (data["counts"]["replace"], data["counts"]["delete"]) == (3, 0)
    assert [(one["holds"], one["replaced"]) for one in data["losses"]] == [("data", True)]
    assert {one["step"] for one in data["operations"] if one["op"] == "delete-replaced"} == {"store"}


def test_a_failure_that_the_run_does_not_reach_is_told(runs: dict[str, Done]) -> None:
    data = runs["renamed"].data
    assert data["notes"] == ["no operation 99 was there to fail: the run has 8"]
    assert "next" not in data


def test_a_failure_in_the_middle_shows_what_is_left_and_what_comes_next(runs: dict[str, Done]) -> None:
    assert (runs["failed"].code, runs["failed"].err) == (1, "")
    out = runs["failed"].out
    assert out.startswith("training: up fails at operation 7, delete-replaced of data-file-system\n")
    assert (
        "left behind by the failure\n"
        "  - data-file-system  pending delete: fs-052d9a84e312c6e8e\n"
        "\n"
        "the next `up`\n"
        "training: up would delete 1 (data would be lost), replace 0, update 0, create 0\n"
    ) in out


def test_a_destroy_names_what_is_protected_and_deletes_what_others_need_last(runs: dict[str, Done]) -> None:
    data = runs["destroy"].data
    stops = [(one["name"], one["text"]) for one in data["stopped_by"]]
    assert ("data-file-system", "deleted") in stops
    deleted = [one["name"] for one in data["operations"] if one["op"] == "delete"]
    assert deleted.index("data-link-results") < deleted.index("data-file-system") < deleted.index("net-vpc")
    numbers = [one["number"] for one in data["operations"] if "number" in one]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_refresh_in_which_nothing_has_drifted(runs: dict[str, Done]) -> None:
    assert (runs["refresh"].code, runs["refresh"].err) == (0, "")
    assert runs["refresh"].out == (
        "training: refresh would ask about 51 resources, change 0, lose 0\nbase: export.json, asked of no cloud\n"
    )


def test_a_pending_operation_is_told_and_left_out(runs: dict[str, Done]) -> None:
    assert (runs["pending"].code, runs["pending"].err) == (0, "")
    assert runs["pending"].out == (
        "tpu: up would change nothing\n"
        "base: export.json, asked of no cloud; 20 unchanged\n"
        "\n"
        "notes\n"
        "  - the export has a pending operation: an earlier run was killed while creating checkpoints-bucket;\n"
        "    the copy goes on without it, as a real `up` does once you have looked into the account and run\n"
        "    `pulumi refresh --stack tpu`\n"
    )


def test_a_secret_that_cannot_be_read_is_no_change(runs: dict[str, Done]) -> None:
    assert (runs["secret"].code, runs["secret"].err) == (0, "")
    assert runs["secret"].out == (
        "training: up would change nothing\n"
        "base: export.json, asked of no cloud; 51 unchanged\n"
        "\n"
        "cannot compare: secrets that cannot be read here; held equal in this rehearsal\n"
        "  data-file-system  storageCapacity: a change may replace it, which holds data\n"
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_interrupts_it_finds_nothing_left(pulumi_cli: Path, tmp_path: Path, number: int, code: int) -> None:
    project = project_of(Case(), tmp_path / "project")
    running = subprocess.Popen(
        [COMMAND, "rehearse", "training", "--state", "export.json"],
        cwd=project,
        env=environment(pulumi_cli, project),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    temporary = project.with_name("project-tmp")
    deadline = time.monotonic() + 60
    while not [*temporary.glob("*/events.jsonl")]:
        assert time.monotonic() < deadline and running.poll() is None, "the engine has not begun"
        time.sleep(0.05)
    assert len(processes_of(project)) > 2, "the engine and its children are at work"
    os.kill(running.pid, number)
    assert running.communicate(timeout=60)[0] == ""
    assert running.returncode == code
    assert (left_in(project), processes_of(project)) == ([], [])


def test_secret_outputs_that_nothing_depends_on_are_not_worth_a_word(runs: dict[str, Done]) -> None:
    assert (runs["encrypted"].code, runs["encrypted"].err) == (0, "")
    assert runs["encrypted"].out.splitlines()[0] == "checkpoints: up would change nothing"
    assert "cannot compare" not in runs["encrypted"].out


def test_a_program_that_fails_only_when_it_runs_stops_it(runs: dict[str, Done]) -> None:
    assert (runs["failing"].code, runs["failing"].err) == (1, "")
    assert runs["failing"].out.startswith("training: up would stop: the program fails\nit gets to 1 operation\n")
    assert (
        "stopped by\n"
        "  - Program failed with an unhandled exception: ValueError: invalid literal for int() with base 10:\n"
        "    'arn:aws:ssm:us-east-2:111122223333:parameter/x'\n"
    ) in runs["failing"].out


def test_outputs_of_another_stack_are_what_was_written_down(runs: dict[str, Done]) -> None:
    assert (runs["outputs"].code, runs["outputs"].err) == (0, "")
    assert runs["outputs"].data["verdict"] == "training: up would change nothing"
    read = [one["name"] for one in runs["outputs"].data["operations"] if one["op"] == "read"]
    assert read == ["organization/network/prod"]


def test_a_reader_who_goes_away_leaves_nothing(pulumi_cli: Path, tmp_path: Path) -> None:
    project = project_of(Case(stack="checkpoints"), tmp_path / "project")
    words = [COMMAND, "rehearse", "checkpoints", "--state", "export.json"]
    env = environment(pulumi_cli, project)
    running = subprocess.Popen(words, cwd=project, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait() == 141
    assert left_in(project) == []


def test_answers_may_come_through_a_pipe(pulumi_cli: Path, tmp_path: Path) -> None:
    """It is read once, and the providers get a copy."""
    project = project_of(Case(stack="checkpoints"), tmp_path / "project")
    done = subprocess.run(
        [COMMAND, "rehearse", "checkpoints", "--state", "export.json", "--answers", "/dev/stdin"],
        cwd=project,
        env=environment(pulumi_cli, project),
        input='{"calls": {}}',
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr, left_in(project)) == (0, "", [])
    assert done.stdout.startswith("checkpoints: up would change nothing\n")


def test_a_disk_that_is_full_in_the_middle_is_told(pulumi_cli: Path, tmp_path: Path) -> None:
    """No file may have more than 50,000 bytes: the copy of the state has more."""
    project = project_of(Case(), tmp_path / "project")
    done = subprocess.run(
        [COMMAND, "rehearse", "training", "--state", "export.json"],
        cwd=project,
        env=environment(pulumi_cli, project),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, left_in(project)) == (2, "", [])
    assert done.stderr == (
        f"{project}-tmp  File too large; this needs a private folder\n"
        "   fix: free space, or set TMPDIR\n\n1 problem; nothing was done\n"
    )


def test_it_reads_the_same_every_time(runs: dict[str, Done]) -> None:
    assert runs["again"].out == runs["lost"].out


PAGE = ROOT / "docs" / "rehearse.md"
EXAMPLE = re.compile(r"<!-- (?P<case>\S+) -->\n```console\n(?P<command>\$ .+\n)(?P<output>[\s\S]*?)```\n")


@pytest.mark.parametrize("case", [found["case"] for found in EXAMPLE.finditer(PAGE.read_text())])
def test_an_example_of_the_page_prints_what_it_says(runs: dict[str, Done], case: str) -> None:
    found = next(one for one in EXAMPLE.finditer(PAGE.read_text()) if one["case"] == case)
    words = ["rehearse", CASES[case].stack, "--state", "export.json", *CASES[case].words]
    assert found["command"] == f"$ ultrastack {' '.join(words)}\n"
    shown = runs[case].out + runs[case].err
    if os.environ.get("ULTRASTACK_GOLDEN"):
        shown = f"<!-- {case} -->\n```console\n{found['command']}{shown}```\n"
        PAGE.write_text(PAGE.read_text().replace(found[0], shown))
        return
    assert found["output"] == shown
