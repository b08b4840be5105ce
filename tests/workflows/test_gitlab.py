"""`.gitlab-ci.yml`: who sees what, and its shell run for real."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .files import ROOT, SCRIPTS, script
from .test_run_blocks import HOSTILE, Runner, not_taken_in

FILE: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())
JOBS = {n: job for n, job in FILE.items() if isinstance(job, dict) and "script" in job}
MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"'
SECRETS = ("ULTRASTACK_NOTE_TOKEN", "PASSPHRASE", "ID_TOKEN", "DEPLOY_ROLE", "DEPLOY_ACCOUNT")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def lines(job: str, key: str = "script") -> str:
    """As the runner joins them: one shell, which stops at the first that fails."""
    body = {**FILE.get(JOBS[job].get("extends", ""), {}), **JOBS[job]}
    return "\n".join(body[key])


def test_the_same_four_jobs() -> None:
    assert list(JOBS) == ["preview", "comment", "policy", "plan", "deploy"]  # a plan before each deploy


def test_only_the_preview_runs_what_a_merge_request_brings() -> None:
    for name, job in JOBS.items():
        said = [rule["if"] for rule in job["rules"]]
        if name == "preview":
            assert said == [MERGE_REQUEST]
        else:
            runs = [rule["if"] for rule in job["rules"] if rule.get("when") != "never"]
            assert all("$CI_DEFAULT_BRANCH" in rule or "$CI_COMMIT_REF_PROTECTED" in rule for rule in runs)


def test_the_preview_knows_no_secret() -> None:
    text = json.dumps(JOBS["preview"])
    assert not [word for word in SECRETS if word in text] and "id_tokens" not in JOBS["preview"]


def test_no_account_and_no_key_is_named() -> None:
    assert not re.search(r"\d{12}|AKIA|glpat-", (ROOT / ".gitlab-ci.yml").read_text())


def test_a_deploy_is_asked_for_and_never_interrupted() -> None:
    assert [rule["when"] for rule in JOBS["deploy"]["rules"]] == ["manual"]
    cloud = FILE[".cloud"]
    assert (cloud["interruptible"], cloud["resource_group"]) == (False, "deploy-$STACK")
    assert set(cloud["id_tokens"]) == {"AWS_ID_TOKEN", "GCP_ID_TOKEN"}


def test_note_looks_for_what_the_preview_leaves() -> None:
    note = script("note")
    assert note.JOB in JOBS and note.FILE in JOBS["preview"]["artifacts"]["paths"]


@pytest.mark.parametrize("code", [0, 1, 2])
def test_preview_compares_with_where_the_branch_began(runner: Runner, code: int) -> None:
    """With the tools that the target branch has by now, and without the token that the clone's URL held."""
    target = "release/$(touch${IFS}pwned);`touch${IFS}pwned`'&|"
    began = cloned(runner, target, code)
    clone = runner.work
    env = {
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": target,
        "CI_PROJECT_DIR": str(clone),
        "CI_PROJECT_URL": "https://gitlab.example.com/somebody/project",
        "CI_JOB_URL": "https://gitlab.example.com/-/jobs/50",
        "CI_MERGE_REQUEST_TITLE": HOSTILE,
    }
    done = runner.run(lines("preview"), env)
    assert done.returncode == code, done.stderr
    assert runner.calls == [
        ["install.sh", f"{clone}.base"],
        ["sandbox.sh"],
        [
            *["ultrastack", "diff", "--all", "--against", began, "--untrusted", "--require-sandbox"],
            *["--report", f"markdown={clone}/report/comment.md", "--report", f"html={clone}/report/report.html"],
            *["--report", f"json={clone}/report/review.json", "--full-report", env["CI_JOB_URL"]],
        ],
    ]
    assert (clone / "url").read_text() == "https://gitlab.example.com/somebody/project.git\n"
    not_taken_in(runner)


def test_a_report_that_a_merge_request_brings_is_not_kept(runner: Runner) -> None:
    """Nor written through: where the toolkit fails, the file would be taken for the toolkit's."""
    cloned(runner, "main2", 3)
    theirs, outside = runner.work / "report", runner.folder / "outside"
    outside.mkdir()
    (outside / "comment.md").write_text("<!-- ultrastack -->\nnothing changes")
    theirs.symlink_to(outside)
    env = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main2", "CI_PROJECT_DIR": str(runner.work)}
    done = runner.run(lines("preview"), {**env, "CI_PROJECT_URL": "https://x.example", "CI_JOB_URL": ""})
    assert done.returncode == 3, done.stderr
    assert not theirs.is_symlink() and not list(theirs.iterdir())
    assert (outside / "comment.md").exists()


def cloned(runner: Runner, target: str, code: int) -> str:
    """The runner's folder becomes a clone on a merge request's branch; the commit where that began."""
    origin = runner.folder / "origin"
    scripts = origin / ".github" / "scripts"
    start = (
        f"git init -q -b main '{origin}' && cd '{origin}' && git commit -q --allow-empty -m one && git rev-parse HEAD"
    )
    began = runner.run(start).stdout.strip()
    runner.stand_in("install.sh", 'cp -r "$1/.github/stand-ins" "$1/.venv"\n', scripts)
    runner.stand_in("sandbox.sh", "", scripts)
    runner.stand_in("ultrastack", f"git remote get-url origin >url; exit {code}\n", origin / ".github/stand-ins/bin")
    runner.work = runner.work / "clone"
    runner.work.mkdir()
    done = runner.run(
        f"""cd '{origin}' && git checkout -q -b "$TARGET" && git add -A && git commit -q -m tools
        git checkout -q -b theirs {began} && git commit -q --allow-empty -m change
        git clone -q '{origin}' '{runner.work}'""",
        {"TARGET": target},
    )
    assert done.returncode == 0, done.stderr
    return began


@pytest.mark.parametrize(("sarif", "junit", "ends"), [(0, 0, 0), (1, 1, 1), (1, 0, 0), (2, 0, 1), (3, 3, 1)])
def test_policy_ends_as_the_rules_say_and_leaves_both_reports(
    runner: Runner, sarif: int, junit: int, ends: int
) -> None:
    scripts = runner.work / ".github" / "scripts"
    scripts.mkdir(parents=True)
    runner.stand_in("install.sh", "", scripts)
    body = f'case "$*" in *sarif*) exit {sarif};; *) exit {junit};; esac\n'
    runner.stand_in("ultrastack", body, runner.work / ".venv" / "bin")
    assert bool(runner.run(lines("policy")).returncode) == bool(ends)
    assert [call[0] for call in runner.calls] == ["install.sh", "ultrastack", "ultrastack"][: 2 if sarif > 1 else 3]


def test_comment_writes_the_notes(runner: Runner) -> None:
    shutil.copytree(SCRIPTS, runner.work / ".github" / "scripts")
    done = runner.run(lines("comment"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "ULTRASTACK_NOTE_TOKEN is not set" in done.stdout


@pytest.mark.parametrize(("job", "call"), [("plan", "pulumi"), ("deploy", "ultrastack")])
def test_the_jobs_own_tokens_are_exchanged(runner: Runner, job: str, call: str) -> None:
    scripts = runner.work / ".github" / "scripts"
    scripts.mkdir(parents=True)
    runner.stand_in("install.sh", "", scripts)
    seen = "env | grep -E '^(AWS_|GOOGLE_)' | sort >seen; cp \"$GOOGLE_APPLICATION_CREDENTIALS\" google.json\n"
    runner.stand_in("pulumi", seen)
    runner.stand_in("ultrastack", seen, runner.work / ".venv" / "bin")
    env = {
        "AWS_DEPLOY_ROLE": "arn:aws:iam::ACCOUNT:role/deploy",
        "AWS_ID_TOKEN": "of-aws",
        "GCP_DEPLOY_ACCOUNT": "deploy@example-ml.iam.gserviceaccount.com",
        "GCP_ID_TOKEN": "of-google",
        "GCP_WORKLOAD_IDENTITY_PROVIDER": "projects/1/locations/global/workloadIdentityPools/p/providers/g",
        "CI_PIPELINE_ID": "8",
        "STACK": "--may-lose",
    }
    done = runner.run(lines(job, "before_script") + "\n" + lines(job), env)
    assert done.returncode == 0, done.stderr
    assert runner.calls[-1][0] == call
    assert "of-aws" not in str(runner.calls) and "of-google" not in str(runner.calls)
    seen_by_it = dict(line.split("=", 1) for line in (runner.work / "seen").read_text().splitlines())
    assert seen_by_it["AWS_ROLE_ARN"] == env["AWS_DEPLOY_ROLE"]
    assert Path(seen_by_it["AWS_WEB_IDENTITY_TOKEN_FILE"]).read_text() == "of-aws"
    google = json.loads((runner.work / "google.json").read_text())
    assert google["type"] == "external_account"
    assert google["audience"] == f"//iam.googleapis.com/{env['GCP_WORKLOAD_IDENTITY_PROVIDER']}"
    assert Path(google["credential_source"]["file"]).read_text() == "of-google"
    assert google["service_account_impersonation_url"].endswith(f"/{env['GCP_DEPLOY_ACCOUNT']}:generateAccessToken")


def test_a_cloud_without_settings_is_left_out(runner: Runner) -> None:
    scripts = runner.work / ".github" / "scripts"
    scripts.mkdir(parents=True)
    runner.stand_in("install.sh", "", scripts)
    runner.stand_in("pulumi", "env | grep -cE '^(AWS_|GOOGLE_)' >seen || true\n")
    assert runner.run(lines("plan", "before_script") + "\n" + lines("plan"), {"STACK": "dev"}).returncode == 0
    assert (runner.work / "seen").read_text() == "0\n"
