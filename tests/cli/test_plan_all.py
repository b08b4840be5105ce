"""ultrastack plan --all: one summary of many stacks, whatever happens to one of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Command

USAGE = "Usage: ultrastack plan [OPTIONS] [STACK]...\nTry 'ultrastack plan --help' for help.\n\nError: "
PROGRAM = (
    "from pathlib import Path\nfrom ultrastack.language.program import run\nrun(Path(__file__).resolve().parent)\n"
)
READER = """\
aws: {region: us-west-2, account_id: "111122223333"}
vars: {base: organization/example/dev, days: 3}
steps:
  - name: own
    aws.storage_bucket:
      noncurrent_days: "{{ days }}"
      kms_key_arn: "{{ stack_output(base, 'key') }}"
"""
DIES = """\
import os
import signal

import pulumi

if pulumi.get_stack() == "dev":
    os.kill(os.getpid(), signal.SIGKILL)
"""
NEVER_ENDS = """\
import os
import time
from pathlib import Path

import pulumi

Path(__file__).with_name(pulumi.get_stack() + ".pid").write_text(str(os.getpid()))
time.sleep(600)
"""


@pytest.fixture
def built(project: Path) -> Path:
    """With a program, and a stack that reads an output of another."""
    (project / "__main__.py").write_text(PROGRAM)
    (project / "stacks" / "reader.yaml").write_text(READER)
    return project


def without_rules(page: str) -> str:
    """Without that column: which rules there are is no matter of this page."""
    lines = page.splitlines(keepends=True)
    head = next(line for line in lines if " rules " in line)
    start, end = head.index("rules"), head.index("notes")
    at = lines.index(head)
    rows = [line[:start] + line[end:].rstrip() + "\n" for line in lines[at : lines.index("\n", at)]]
    return "".join(lines[:at] + [row.rstrip() + "\n" for row in rows] + lines[lines.index("\n", at) :])


def test_a_row_for_each_stack_their_order_and_what_is_missing_between_them(built: Path, run: Command) -> None:
    done = run("plan", "--all", "--jobs", "2")
    assert (done.code, done.err) == (0, "")
    assert without_rules(done.out) == (
        "3 stacks: 66 resources would be created; 1 warning\n"
        "\n"
        "stack   resources  steps  notes  into\n"
        "dev            15      2         aws us-east-2\n"
        "prod           44      5         aws us-east-2\n"
        "reader          7      1         aws us-west-2\n"
        "\n"
        "bring up in this order: dev, then reader (the others in any order); destroy in the reverse order\n"
        "\n"
        "between the stacks\n"
        "stacks/reader.yaml:7:21  reader reads 'key' of dev, which has no such output\n"
        "    7 |       kms_key_arn: \"{{ stack_output(base, 'key') }}\"\n"
        "      |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   fix: add it to the `outputs` of dev; it has none\n"
    )


def test_a_refused_stack_hides_no_other(built: Path, run: Command) -> None:
    (built / "stacks" / "dev.yaml").write_text(
        "extends: common.yaml\nsteps:\n  - name: net\n    aws.network: {cidx: 1}\n"
    )
    done = run("plan", "--all", "dev", "stacks/reader.yaml", "dev", "--output", "all.txt")
    assert (done.code, done.out, done.err) == (2, "", "wrote all.txt\n")
    assert without_rules((built / "all.txt").read_text()) == (
        "2 stacks: 7 resources would be created by the others; 1 stack is refused: dev\n"
        "\n"
        "stack   resources  steps  notes  into\n"
        "dev       refused                1 problem\n"
        "reader          7      1         aws us-west-2\n"
        "\n"
        "bring up in this order: dev, then reader; destroy in the reverse order\n"
        "\n"
        "dev: 1 problem\n"
        "stacks/dev.yaml:4:19  unknown argument 'cidx' for aws.network\n"
        "    4 |     aws.network: {cidx: 1}\n"
        "      |                   ^^^^\n"
        "   fix: use 'cidr'\n"
    )


def test_json_holds_each_whole_plan(built: Path, run: Command) -> None:
    done = run("plan", "--all", "reader", "--format", "json")
    found = json.loads(done.out)
    assert found["verdict"] == "1 stack: 7 resources would be created"
    alone = json.loads(run("plan", "reader", "--format", "json").out)
    reads = [{"stack": "organization/example/dev", "output": "key", "place": "stacks/reader.yaml:7:21"}]
    assert found["stacks"] == {"reader": {**alone, "reads": reads, "not_set": []}}


def test_set_holds_for_the_stacks_that_have_the_variable(built: Path, run: Command) -> None:
    done = run("plan", "--all", "prod", "reader", "--set", "days=5", "--format", "json")
    found = json.loads(done.out)["stacks"]
    assert found["prod"]["not_set"] == ["days=5"]
    assert found["reader"]["not_set"] == []
    assert '"noncurrentDays": 5' in json.dumps(found["reader"])
    nobody = run("plan", "--all", "--set", "dayz=5")
    assert (nobody.code, nobody.out) == (2, "")
    assert nobody.err == (
        "--set dayz=5  none of the stacks has this variable\n   fix: use 'days'\n\n1 problem; nothing was done\n"
    )


def test_a_stack_whose_process_is_killed_is_named(built: Path, run: Command) -> None:
    (built / "__main__.py").write_text(DIES)
    done = run("plan", "--all", "dev", "prod")
    assert (done.code, done.err) == (3, "")
    assert without_rules(done.out) == (
        "2 stacks: 0 resources would be created by the others; 1 stack is refused: dev\n"
        "\n"
        "stack  resources  steps  notes  into\n"
        "dev      refused                it could not be planned\n"
        "prod           0      0\n"
        "\n"
        "dev: it could not be planned\n"
        "its process was ended by SIGKILL, as by a machine that has no memory left; plan fewer at once (--jobs 1), "
        "or this stack alone\n"
    )


def test_ctrl_c_ends_every_process_and_is_quiet(built: Path) -> None:
    (built / "__main__.py").write_text(NEVER_ENDS)
    words = [sys.executable, "-m", "ultrastack.cli", "plan", "--all", "--jobs", "3"]
    started = subprocess.Popen(
        words, cwd=built, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    files = [built / f"{name}.pid" for name in ("dev", "prod", "reader")]
    while not all(file.is_file() and file.read_text() for file in files) and started.poll() is None:
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = started.communicate()
    assert (started.returncode, out, err.strip()) == (130, "", "")
    assert [file.stem for file in files if Path(f"/proc/{file.read_text()}").exists()] == []


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_asked(built: Path, ended_by: signal.Signals) -> None:
    (built / "__main__.py").write_text(NEVER_ENDS)
    words = [sys.executable, "-m", "ultrastack.cli", "plan", "--all", "--jobs", "3"]
    started = subprocess.Popen(words, cwd=built, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    files = [built / f"{name}.pid" for name in ("dev", "prod", "reader")]
    while not all(file.is_file() and file.read_text() for file in files) and started.poll() is None:
        time.sleep(0.05)
    started.send_signal(ended_by)
    assert started.wait() == -ended_by
    left, until = list(files), time.monotonic() + 30
    while left and time.monotonic() < until:
        left = [file for file in left if Path(f"/proc/{file.read_text()}").exists()]
        time.sleep(0.05)
    assert [file.stem for file in left] == []


def test_what_is_for_one_stack_and_what_for_many(project: Path, run: Command) -> None:
    for words, said in (
        (("plan", "--all", "--step", "net"), "--step is for one stack: plan it without --all\n"),
        (("plan", "--all", "--values"), "--values is for one stack: plan it without --all\n"),
        (("plan", "dev", "prod"), "several stacks only with --all\n"),
        (("plan", "dev", "--examples"), "--examples only with --all\n"),
        (("plan", "dev", "--jobs", "2"), "--jobs only with --all\n"),
    ):
        done = run(*words)
        assert (done.code, done.out, done.err) == (2, "", USAGE + said)


def test_a_project_without_a_stack_hears_how_to_begin(project: Path, run: Command) -> None:
    shutil.rmtree(project / "stacks")
    done = run("plan", "--all")
    assert (done.code, done.err) == (2, USAGE + "this project has no stack yet; `ultrastack new NAME` writes one\n")


def test_an_unknown_stack_or_a_wrong_set_is_refused_before_anything_is_planned(built: Path, run: Command) -> None:
    assert run("plan", "--all", "dev", "prd").err == (
        "stacks  there is no stack 'prd'\n"
        "   fix: use 'prod'; the stacks are: dev, prod, reader\n"
        "\n1 problem; nothing was done\n"
    )
    alone, together = run("plan", "dev", "--set", "days"), run("plan", "--all", "--set", "days")
    assert together == alone
    assert alone.code == 2
