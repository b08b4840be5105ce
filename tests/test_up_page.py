"""docs/up.md is walked from its first command to its last, on the real CLI with a stand-in for the clouds.

Commands behind `$` are run in their order in one project, and print what the page says; `...` stands for anything. YAML
is planned. What needs a real cloud is checked as far as it goes without one: each flag of Pulumi's is one that the CLI
has, each URL is one that it opens, each call of `aws s3api` one that the API has.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
import click
import pytest
import yaml

from ultrastack.cli.group import cli
from ultrastack.engine.rehearsal.cloud import Held
from ultrastack.planner.plan import plan

from .engine.conftest import pulumi_cli  # noqa: F401 (a fixture)
from .engine.real_cli import Project, copy_of_repository

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "up.md").read_text()
BLOCK = re.compile(r"<!-- (?P<meanwhile>meanwhile: .+) -->|```(?P<kind>\w+)\n(?P<text>[\s\S]*?)```")
NOISE = re.compile(r"using pulumi-resource-\w+ from \$PATH|^@ |^ *$")  # of our stand-in, and progress
STATE = "pulumi-state"
SOMEBODYS = "urn:pulumi:research::research::aws:s3/bucket:Bucket::"
OTHERS = (
    "aws configure sso",
    "aws sso login",
    "aws sts get-caller-identity",
    "gcloud storage",
    "gcloud auth",
    "export",
)


@dataclass(frozen=True)
class Command:
    """One command of the page, and what it says that it prints."""

    text: str
    printed: list[str]


def blocks(kind: str) -> list[str]:
    return [m["text"] for m in BLOCK.finditer(PAGE) if m["kind"] == kind]


def commands(block: str) -> list[Command]:
    found: list[Command] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        else:
            found[-1].printed.append(line)
    return found


ALL = [command for block in blocks("console") for command in commands(block)]
REAL = [line for block in blocks("sh") for line in block.splitlines() if line]
FILES = {m[1]: text for text in blocks("yaml") if (m := re.match(r"# (\S+\.ya?ml)\n", text))}
WHOLE = sorted(name for name in FILES if name.startswith("stacks/"))
STEPS = [text.split("\n", 1)[1] for text in blocks("yaml") if re.match(r"# \S+, one more step\n", text)]


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    kinds = [m["kind"] for m in BLOCK.finditer(PAGE) if m["kind"]]
    assert set(kinds) == {"console", "sh", "yaml"}
    assert kinds.count("yaml") == len(FILES) + len(STEPS)
    assert PAGE.count("```") == 2 * len(kinds)


def test_the_contents_name_every_section() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    listed = re.findall(r"^- \[(.+?)\]\(#(.+?)\)", PAGE, re.MULTILINE)
    assert [title for title, _ in listed] == titles
    assert [anchor for _, anchor in listed] == [
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles
    ]


# ---- what is run -----------------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """One shell after the other, as in one terminal."""

    project: Project
    exports: list[str] = field(default_factory=list)
    base: str = ""  # the stack file without the steps that the page adds

    def run(self, command: str) -> tuple[int, str]:
        if command.startswith("export "):
            self.exports.append(command)
        env = self.project.env()
        del env["PULUMI_BACKEND_URL"], env["PULUMI_CONFIG_PASSPHRASE"]
        text = "\n".join([*self.exports, command])
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=self.project.folder,
            env={**env, "NO_COLOR": "1", "COLUMNS": "100"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.replace(str(self.project.home), "/home/you")

    def one_more_step(self, text: str) -> None:
        file = self.project.folder / "stacks" / "night.yaml"
        self.base = self.base or file.read_text()
        file.write_text(self.base.replace("\noutputs:\n", f"\n{text}\noutputs:\n"))

    def meanwhile(self, what: str) -> None:
        MEANWHILE[what](self)


def a_bucket_exists(walk: Walk) -> None:
    name = "research-weights"
    inputs = {"bucket": name, "forceDestroy": False, "tags": {}}
    outputs = {"arn": f"arn:aws:s3:::{name}", "bucketRegionalDomainName": f"{name}.s3.us-east-2.amazonaws.com"}
    walk.project.cloud().create(Held("aws:s3/bucket:Bucket", name, SOMEBODYS + name, inputs, outputs), None)


def a_lock_is_left(walk: Walk) -> None:
    folder = walk.project.home / STATE / ".pulumi" / "locks" / "organization" / walk.project.name / "night"
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 4242, "username": "kim", "hostname": "laptop", "timestamp": "2026-11-21T09:00:00Z"}
    (folder / "0e7c5e3c.json").write_text(json.dumps(lock))


def a_tag_is_changed(walk: Walk) -> None:
    cloud = walk.project.cloud()
    held = next(one for one in cloud.held("aws:s3/bucket:Bucket") if one.urn.endswith("::checkpoints-bucket"))
    tags = {**held.inputs["tags"], "owner": "somebody"}
    outputs = {**held.outputs, **({"tagsAll": tags} if "tagsAll" in held.outputs else {})}
    cloud.update(Held(held.type, held.id, held.urn, {**held.inputs, "tags": tags}, outputs))


MEANWHILE: dict[str, Callable[[Walk], None]] = {
    "meanwhile: the bucket research-weights exists": a_bucket_exists,
    "meanwhile: a colleague's up has left its lock": a_lock_is_left,
    "meanwhile: somebody changes the owner of checkpoints-bucket in the console": a_tag_is_changed,
}


@pytest.fixture(scope="module")
def walked(
    pulumi_cli: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[int, str]]:
    """Exit code and output of every command of the page."""
    project = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("up"))
    shutil.copy(ROOT / "stacks" / "stack.schema.json", project.folder / "stacks")
    project.cloud()
    walk, found, steps = Walk(project), [], iter(STEPS)
    for block in BLOCK.finditer(PAGE):
        if block["meanwhile"]:
            walk.meanwhile(block["meanwhile"])
        elif block["kind"] == "yaml" and "one more step" in block["text"].splitlines()[0]:
            walk.one_more_step(next(steps))
        elif block["kind"] == "console":
            found += [walk.run(command.text) for command in commands(block["text"])]
    return found


@pytest.mark.engine
@pytest.mark.parametrize("number", range(len(ALL)), ids=[command.text[:60] for command in ALL])
def test_a_command_prints_what_the_page_says(walked: list[tuple[int, str]], number: int) -> None:
    code, got = walked[number]
    wanted = ALL[number].printed
    fails = any("error" in line for line in wanted)
    assert (code != 0) == fails, got
    lines = [line.rstrip() for line in got.splitlines() if not NOISE.search(line)]
    if missing := missing_from(lines, [line.rstrip() for line in wanted if line.strip()]):
        pytest.fail("not printed, in this order:\n" + "\n".join(missing) + "\n\nbut:\n" + got)


def missing_from(lines: list[str], wanted: list[str]) -> list[str]:
    """The first part between two `...` that is not found behind the one before; a line may hold one itself."""
    parts: list[list[str]] = [[]]
    for line in wanted:
        if line == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    at = 0
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        starts = [at] if first else [len(lines) - len(part)] if last and part else range(at, len(lines) + 1)
        found = next((s for s in starts if s >= at and same(lines[s : s + len(part)], part)), None)
        if found is None or (first and last and len(part) != len(lines)):
            return part
        at = found + len(part)
    return []


def same(lines: list[str], wanted: list[str]) -> bool:
    patterns = [".*".join(map(re.escape, line.split("..."))) for line in wanted]
    return len(lines) == len(wanted) and all(map(re.fullmatch, patterns, lines))


# ---- what is planned -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WHOLE)
def test_a_stack_file_of_the_page_is_planned(name: str, tmp_path: Path) -> None:
    for file in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / file, tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "stacks").mkdir()
    (tmp_path / name).write_text(FILES[name])
    made = plan(tmp_path, Path(name).stem)
    assert len(made.graph.resources) > 1
    assert [one.text for one in made.graph.messages if one.severity != "info"] == []


def workflow() -> dict[str, Any]:
    return dict(yaml.load(FILES[".github/workflows/up.yml"], Loader=yaml.BaseLoader))  # noqa: S506 (plain texts)


def test_the_workflow_asks_for_a_token_and_runs_commands_that_exist() -> None:
    made = workflow()
    assert made["permissions"] == {"contents": "read", "id-token": "write"}
    chores = [step["run"] for job in made["jobs"].values() for step in job["steps"] if "run" in step]
    assert [chore.split()[0] for chore in chores] == ["make", ".venv/bin/ultrastack"]


# ---- what needs a real cloud -----------------------------------------------------------------------------------------


def pulumi_lines() -> Iterator[str]:
    runs = [step.get("run", "") for job in workflow()["jobs"].values() for step in job["steps"]]
    inline = re.findall(r"`(pulumi [^`]+)`", PAGE)
    yield from (line for line in [*REAL, *runs, *inline] if line.startswith("pulumi "))


@pytest.mark.engine
def test_every_flag_of_pulumi_is_one_that_the_cli_has(pulumi_cli: Path) -> None:  # noqa: F811
    asked: dict[str, str] = {}
    for line in sorted(set(pulumi_lines())):
        words = shlex.split(line)[1:]
        flags = [word.partition("=")[0] for word in words if word.startswith("--")]
        plain = [word for word in words if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
        command = " ".join(plain[:2] if plain[0] in ("stack", "config", "state") else plain[:1])
        if command not in asked:
            done = subprocess.run(
                [str(pulumi_cli), *command.split(), "--help"], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{line}: {done.stderr}"
            asked[command] = done.stdout
        missing = [flag for flag in flags if not re.search(rf"(^|[\s,]){re.escape(flag)}\b", asked[command])]
        assert missing == [], line


@pytest.mark.engine
def test_every_url_is_one_that_pulumi_opens(pulumi_cli: Path, tmp_path: Path) -> None:  # noqa: F811
    """Without credentials that is as far as it comes; a scheme or a parameter that it does not know stops it before."""
    project = copy_of_repository(pulumi_cli, tmp_path)
    project.extra_env = {"AWS_EC2_METADATA_DISABLED": "true", "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"}
    more = ["pulumi login 's3://b?region=us-east-2&role=arn:aws:iam::111122223333:role/r&ssetype=aws:kms&kmskeyid=k'"]
    more += ["pulumi login 's3://b?region=us-east-2&endpoint=http://127.0.0.1:1&use_path_style=true&awssdk=v2'"]
    opened = 0
    for line in [*REAL, *more]:
        if re.search(r"\w+://", line) and line.startswith("pulumi "):
            said = project.run(*shlex.split(line)[1:], ok=False).text
            assert re.search(r"credentials|VAULT_ADDR|connection refused|dial tcp", said), f"{line}\n{said}"
            opened += 1
    assert opened == 8
    refused = project.run("login", "s3://b?regoin=us-east-2", ok=False).text
    assert 'unknown query parameter "regoin"' in refused


@pytest.mark.parametrize("line", [line for line in REAL if not line.startswith("pulumi ")])
def test_other_tools_are_called_as_they_can_be(line: str) -> None:
    if line.startswith("ultrastack "):
        words = shlex.split(line, comments=True)[1:]
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known
        return
    if not line.startswith("aws s3api "):
        assert line.startswith(OTHERS)
        return
    model = botocore.session.get_session().get_service_model("s3")
    words = shlex.split(line)[2:]
    operation = model.operation_model("".join(part.capitalize() for part in words[0].split("-")))
    known = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() for name in operation.input_shape.members}
    assert {word[2:] for word in words if word.startswith("--")} - {"region"} <= known
