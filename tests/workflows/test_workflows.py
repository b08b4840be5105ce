"""What a workflow may do, and whom it believes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .files import NAMES, ROOT, steps, workflow

BUILT = ROOT / "tools" / "actionlint" / "bin" / "actionlint"
WHY_NOT = "no actionlint on PATH and none built by tools/actionlint/build.sh"


def test_the_four_workflows_are_there() -> None:
    assert NAMES == ["comment.yml", "deploy.yml", "policy.yml", "preview.yml"]


def test_actionlint_finds_nothing() -> None:
    found = shutil.which("actionlint") or (str(BUILT) if BUILT.is_file() else None)
    if found is None:
        if os.environ.get("ULTRASTACK_REQUIRE_ENGINE") == "1":
            pytest.fail(f"{WHY_NOT}, and ULTRASTACK_REQUIRE_ENGINE=1 wants it to run")
        pytest.skip(WHY_NOT)
    files = [str(ROOT / ".github" / "workflows" / name) for name in NAMES]
    done = subprocess.run([found, "-no-color", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_actionlint_is_asked_what_it_knows(tmp_path: Path) -> None:
    """A mistake of each kind that we rely on is told; else the test above would show nothing."""
    found = shutil.which("actionlint") or str(BUILT)
    if not Path(found).is_file():
        pytest.skip(WHY_NOT)
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    permissions: {contnts: read}\n    steps:\n"
        '      - run: echo "${{ github.event.pull_request.title }}"\n      - run: echo ${{ nothing.here }}\n'
    )
    said = subprocess.run([found, "-no-color", str(bad)], capture_output=True, text=True, check=False).stdout
    for word in ("contnts", "potentially untrusted", "nothing"):
        assert word in said


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_is_pasted_into_a_shell(name: str) -> None:
    assert [step["run"] for _, step in steps(name) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / name).read_text()
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(, .*)?", one)] == []
    versions = {(action, sha): version for action, sha, version in re.findall(r"uses: (\S+)@(\w+) # (v[\d.]+)", text)}
    assert len({action for action, _ in versions}) == len(versions)  # one commit of each


@pytest.mark.parametrize("name", NAMES)
def test_no_checkout_leaves_its_token_behind(name: str) -> None:
    found = [step for _, step in steps(name) if "actions/checkout@" in step.get("uses", "")]
    assert found
    assert all(step["with"]["persist-credentials"] is False for step in found)


@pytest.mark.parametrize("name", NAMES)
def test_every_job_ends_by_itself(name: str) -> None:
    assert all(0 < job["timeout-minutes"] < 360 for job in workflow(name)["jobs"].values())


def test_nobody_runs_a_pull_request_with_a_token() -> None:
    for name in NAMES:
        assert "pull_request_target" not in workflow(name)["on"]


def permissions(name: str) -> dict[str, Any]:
    """Of the workflow and of each job that has its own."""
    found = {"": workflow(name)["permissions"]}
    return found | {n: job["permissions"] for n, job in workflow(name)["jobs"].items() if "permissions" in job}


def test_preview_reads_and_knows_no_secret() -> None:
    assert permissions("preview.yml") == {"": {"contents": "read"}}
    text = (ROOT / ".github" / "workflows" / "preview.yml").read_text()
    assert not re.search(r"\bsecrets\b|github\.token|\bvars\.|GITHUB_TOKEN", text)
    assert not any("environment" in job for job in workflow("preview.yml")["jobs"].values())
    assert list(workflow("preview.yml")["on"]) == ["pull_request"]


def test_preview_takes_its_tools_from_the_base() -> None:
    found = list(steps("preview.yml"))
    base, head = (step["with"] for _, step in found if "checkout" in step.get("uses", ""))
    assert (base["path"], base["ref"]) == ("base", "${{ github.event.pull_request.base.sha }}")
    assert (head["path"], head.get("ref")) == ("head", None)  # the merge
    commands = [line.split()[0] for _, step in found for line in step.get("run", "").splitlines() if line[:1] != " "]
    assert not [word for word in commands if word.startswith(("head/", "./"))]
    python = next(step["with"] for _, step in found if "setup-python" in step.get("uses", ""))
    assert python["cache-dependency-path"].startswith("base/")


def test_comment_may_write_comments_and_never_has_the_pull_request() -> None:
    assert permissions("comment.yml") == {"": {"contents": "read", "actions": "read", "pull-requests": "write"}}
    assert list(workflow("comment.yml")["on"]) == ["workflow_run"]
    (checkout,) = (step["with"] for _, step in steps("comment.yml") if "checkout" in step.get("uses", ""))
    assert checkout["ref"] == "${{ github.event.repository.default_branch }}"
    assert checkout["sparse-checkout"] == ".github/scripts"
    text = (ROOT / ".github" / "workflows" / "comment.yml").read_text()
    assert "head_sha" not in text and "download-artifact" not in text and "secrets." not in text


def test_comment_follows_the_preview_of_the_same_name() -> None:
    assert workflow("comment.yml")["on"]["workflow_run"]["workflows"] == [workflow("preview.yml")["name"]]
    (upload,) = (step["with"] for _, step in steps("preview.yml") if "upload-artifact" in step.get("uses", ""))
    from .files import script

    assert upload["name"] == script("comment").ARTIFACT


def test_deploy_exchanges_tokens_and_waits_its_turn() -> None:
    assert permissions("deploy.yml") == {
        "": {"contents": "read"},
        "preview": {"contents": "read", "id-token": "write"},
        "up": {"contents": "read", "id-token": "write"},
    }
    on, jobs = workflow("deploy.yml")["on"], workflow("deploy.yml")["jobs"]
    assert on["push"] == {"branches": ["main"]} and set(on) == {"push", "workflow_dispatch"}
    assert "refs/heads/main" in jobs["preview"]["if"]  # somebody may start it on another branch
    assert jobs["up"]["needs"] == "preview"
    assert jobs["up"]["environment"] == "${{ matrix.stack }}"
    assert jobs["up"]["concurrency"] == {"group": "deploy-${{ matrix.stack }}", "cancel-in-progress": False}
    (preview,) = (step["with"] for job, step in steps("deploy.yml") if job == "preview" and "pulumi/" in str(step))
    assert (preview["command"], preview["policyPacks"]) == ("preview", "policies")


def test_deploy_names_no_account_and_no_key() -> None:
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
    assert not re.search(r"\d{12}|access-key|credentials_json|AKIA", text)
    assert sorted(set(re.findall(r"secrets\.(\w+)", text))) == ["PREVIEW_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE"]


def test_what_deploy_reads_is_explained_at_its_head() -> None:
    text = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
    head = text[: text.index("\nname:")]
    assert [name for name in re.findall(r"(?:vars|secrets)\.(\w+)", text) if name not in head] == []


def test_policy_may_write_code_scanning_alone() -> None:
    wanted = {"contents": "read", "actions": "read", "security-events": "write"}
    assert permissions("policy.yml") == {"": {"contents": "read"}, "policy": wanted}
    assert {"push", "schedule"} <= set(workflow("policy.yml")["on"])
