"""The shell parts of the workflows run for real, with stand-ins for what they call and hostile words around them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from .files import ROOT, SCRIPTS, steps

HOSTILE = 'x\'; touch pwned; $(touch pwned) `touch pwned` "&& touch pwned" ${IFS} --may-lose\n::error::pwned'
STAND_IN = '#!/bin/bash\n{ printf %s "${0##*/}"; for word; do printf "\\t%s" "$word"; done; echo; } >>"$CALLS"\n'
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"} | {
    f"GIT_{who}_{what}": word
    for who in ("AUTHOR", "COMMITTER")
    for what, word in (("NAME", "a"), ("EMAIL", "a@example.com"))
}


@dataclass
class Runner:
    """A machine that runs steps: a folder, and a PATH on which nothing real installs, deploys or becomes root."""

    folder: Path

    def __post_init__(self) -> None:
        self.bin = self.folder / "bin"
        self.bin.mkdir(parents=True)
        self.work = self.folder / "a work folder"
        self.work.mkdir()

    def stand_in(self, name: str, body: str = "", into: Path | None = None) -> None:
        file = (into or self.bin) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(STAND_IN + body)
        file.chmod(0o755)

    def run(self, text: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """As GitHub runs a `run:` of a Linux runner."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=self.work,
            env={
                **GIT,
                "PATH": f"{self.bin}{os.pathsep}/usr/bin{os.pathsep}/bin",
                "HOME": str(self.folder),
                "CALLS": str(self.folder / "calls"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                "GITHUB_HEAD_REF": HOSTILE,
                "GITHUB_ACTOR": HOSTILE,
                **(env or {}),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        return [line.split("\t") for line in file.read_text().splitlines()] if file.is_file() else []

    @property
    def summary(self) -> str:
        file = self.folder / "summary"
        return file.read_text() if file.is_file() else ""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    made = Runner(tmp_path)
    # a venv of stand-ins; pip's words are what counts
    made.stand_in("python3", '[ "$2" = venv ] && mkdir -p .venv/bin && cp "$0" .venv/bin/python || true\n')
    return made


def block(name: str, step: str, job: str = "") -> str:
    (found,) = (s["run"] for j, s in steps(name) if s.get("name") == step and job in ("", j))
    return str(found)


def not_taken_in(runner: Runner) -> None:
    assert list(runner.folder.rglob("pwned")) == []


# ---- install.sh ------------------------------------------------------------------------------------------------------


def test_the_toolkit_is_installed_by_hash(runner: Runner) -> None:
    base = runner.work / "base"
    shutil.copytree(SCRIPTS, base / ".github" / "scripts")
    done = runner.run(block("preview.yml", "Install the base's toolkit"))
    assert done.returncode == 0, done.stderr
    pip = ["python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-compile"]
    assert runner.calls == [
        ["python3", "-m", "venv", ".venv"],
        [*pip, "--require-hashes", "-r", "requirements.lock"],
    ]
    assert (base / ".venv").is_dir()


def test_the_toolkits_own_repository_installs_itself(runner: Runner) -> None:
    (runner.work / "ultrastack").mkdir()
    (runner.work / "ultrastack" / "__init__.py").touch()
    shutil.copytree(SCRIPTS, runner.work / ".github" / "scripts")
    for name, job in (("deploy.yml", "preview"), ("deploy.yml", "up"), ("policy.yml", "")):
        (runner.folder / "calls").unlink(missing_ok=True)
        assert runner.run(block(name, "Install the toolkit", job)).returncode == 0
        assert runner.calls[-1][-4:] == ["--no-deps", "--no-build-isolation", "-e", "."]


def test_a_failed_install_stops(runner: Runner) -> None:
    shutil.copytree(SCRIPTS, runner.work / ".github" / "scripts")
    runner.stand_in("python3", "exit 9\n")
    assert runner.run(block("policy.yml", "Install the toolkit")).returncode == 9


def test_our_own_lock_can_be_installed_so() -> None:
    """Every package of it has hashes, and what is installed is what the Makefile installs."""
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^([\w.-]+)==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[\w.-]+==", lock, re.MULTILINE)) > 20


# ---- sandbox.sh ------------------------------------------------------------------------------------------------------


def sandbox(runner: Runner, *, restricted: str, bwrap: str, root: bool = False) -> subprocess.CompletedProcess[str]:
    shutil.copytree(SCRIPTS, runner.work / "base" / ".github" / "scripts")
    runner.stand_in("sysctl", f"echo {restricted}\n")
    runner.stand_in("id", f"echo {0 if root else 1001}\n")
    runner.stand_in("sudo", '"$@"\n')
    runner.stand_in("apt-get", 'case "$*" in *install*) cp "$(dirname "$0")/.bwrap" "$(dirname "$0")/bwrap";; esac\n')
    runner.stand_in("apparmor_parser", 'cp "$2" profile; touch loaded\n')
    runner.stand_in(".bwrap", bwrap)
    # a PATH of its own, lest a bwrap of this machine is found
    for name in ("bash", "mktemp", "cat", "cp", "dirname", "true", "touch", "env"):
        (runner.bin / name).symlink_to(shutil.which(name) or name)
    return runner.run(block("preview.yml", "Make ready the sandbox"), {"PATH": str(runner.bin)})


def test_bubblewrap_is_installed_and_tried(runner: Runner) -> None:
    done = sandbox(runner, restricted="0", bwrap="exit 0\n")
    assert done.returncode == 0, done.stderr
    assert ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "bubblewrap"] in runner.calls
    assert [call[0] for call in runner.calls].count("sudo") == 2
    assert runner.calls[-1][0] == ".bwrap" or runner.calls[-1][:2] == ["bwrap", "--unshare-all"]


def test_bubblewrap_alone_gets_a_profile_where_ubuntu_forbids_namespaces(runner: Runner) -> None:
    done = sandbox(runner, restricted="1", bwrap='[ -f loaded ] || { echo "setting up uid map" >&2; exit 1; }\n')
    assert done.returncode == 0, done.stderr
    profile = (runner.work / "profile").read_text()
    assert "profile ultrastack-bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}" in profile


def test_a_machine_that_cannot_shut_in_is_told(runner: Runner) -> None:
    done = sandbox(runner, restricted="0", bwrap="exit 1\n", root=True)
    assert done.returncode == 1
    assert "bubblewrap cannot shut a program in here; docs/pull-requests.md" in done.stderr
    assert "sudo" not in [call[0] for call in runner.calls]


# ---- preview.yml -----------------------------------------------------------------------------------------------------


def merged(folder: Path, runner: Runner) -> tuple[str, str]:
    """What GitHub checks out: its merge of the two sides. The base's commit, and the pull request's."""
    script = f"""
      git init -q -b main '{folder}' && cd '{folder}'
      git commit -q --allow-empty -m one && git checkout -q -b "$BRANCH" && git commit -q --allow-empty -m two
      git checkout -q main && git commit -q --allow-empty -m three && git merge -q --no-ff -m merge "$BRANCH"
      git rev-parse HEAD^1 HEAD^2
    """
    done = runner.run(script, {"BRANCH": "$(touch${IFS}pwned);`touch${IFS}pwned`'\"&|"})
    assert done.returncode == 0, done.stderr
    base, head = done.stdout.split()
    return base, head


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_preview_compares_the_merge_with_the_base_in_the_sandbox(runner: Runner, code: int) -> None:
    base, _ = merged(runner.work / "head", runner)
    runner.stand_in("ultrastack", f"exit {code}\n", runner.work / "base" / ".venv" / "bin")
    url = "https://example.com/somebody/project/actions/runs/7"
    done = runner.run(block("preview.yml", "Say what the change does"), {"RUN_URL": url})
    assert done.returncode == code, done.stderr
    report = runner.work / "report"
    assert runner.calls == [
        [
            *["ultrastack", "-C", "head", "diff", "--all", "--against", base, "--untrusted", "--require-sandbox"],
            *["--report", f"markdown={report}/comment.md", "--report", f"html={report}/report.html"],
            *["--report", f"json={report}/review.json", "--full-report", url, "--format", "github"],
        ]
    ]
    not_taken_in(runner)


def test_preview_calls_options_that_the_command_has() -> None:
    from ultrastack.cli.diff import command

    known = {name for option in command.params for name in option.opts}
    text = block("preview.yml", "Say what the change does") + (ROOT / ".gitlab-ci.yml").read_text()
    after = re.findall(r"diff --all(?:.*\n)+?.*--full-report.*", text)
    assert len(after) == 2
    assert {option for words in after for option in re.findall(r"(--[a-z-]+)", words)} <= known


def test_the_report_is_shown_in_the_run(runner: Runner) -> None:
    (runner.work / "report").mkdir()
    (runner.work / "report" / "comment.md").write_text(f"<!-- ultrastack -->\n{HOSTILE}\n")
    assert runner.run(block("preview.yml", "Show it in the run")).returncode == 0
    assert runner.summary == f"<!-- ultrastack -->\n{HOSTILE}\n"
    not_taken_in(runner)


def test_a_report_that_is_too_long_for_a_run_is_cut(runner: Runner) -> None:
    (runner.work / "report").mkdir()
    (runner.work / "report" / "comment.md").write_text("x" * 2_000_000)
    assert runner.run(block("preview.yml", "Show it in the run")).returncode == 0
    assert 0 < len(runner.summary) < 1024 * 1024


def test_without_a_report_nothing_is_shown(runner: Runner) -> None:
    assert runner.run(block("preview.yml", "Show it in the run")).returncode == 0
    assert runner.summary == ""


# ---- deploy.yml, policy.yml ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("may_lose", "options"),
    [
        ("", []),
        ("data-file-system", ["--may-lose", "data-file-system"]),
        ("a b", ["--may-lose", "a", "--may-lose", "b"]),
        ("$(touch pwned)", ["--may-lose", "$(touch", "--may-lose", "pwned)"]),
        ("--yes", ["--may-lose", "--yes"]),
        ("*", ["--may-lose", "*"]),
    ],
)
@pytest.mark.parametrize("stack", ["prod", "--may-lose", "$(touch pwned)`touch pwned`;touch pwned"])
def test_up_loses_only_what_was_named(runner: Runner, stack: str, may_lose: str, options: list[str]) -> None:
    runner.stand_in("ultrastack", "", runner.work / ".venv" / "bin")
    (runner.work / "Pulumi.yaml").touch()
    done = runner.run(block("deploy.yml", "Up"), {"STACK": stack, "MAY_LOSE": may_lose})
    assert done.returncode == 0, done.stderr
    assert runner.calls == [["ultrastack", "up", "--yes", "--policy-pack", "policies", *options, "--", stack]]
    not_taken_in(runner)


def test_policy_asks_every_stack_and_ends_as_the_rules_say(runner: Runner) -> None:
    runner.stand_in("ultrastack", "exit 1\n", runner.work / ".venv" / "bin")
    assert runner.run(block("policy.yml", "Ask the rules")).returncode == 1
    assert runner.calls == [["ultrastack", "check", "--all", "--format", "sarif", "--output", "findings.sarif"]]


def test_every_block_is_run_here() -> None:
    """A new one needs a test above."""
    names = {
        step["name"] for name in ("preview.yml", "deploy.yml", "policy.yml") for _, step in steps(name) if "run" in step
    }
    text = Path(__file__).read_text()
    assert [name for name in names if f'"{name}"' not in text] == []
