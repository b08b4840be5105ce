"""docs/recover.md is walked from its first command to its last: what is killed there is killed here.

Commands behind `$` are run in their order in one project, and print what the page says, but for ids, times and paths;
`...` stands for anything. What needs a real cloud is checked against what the clouds' APIs and the CLI have.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest

from ultrastack.engine.rehearsal.cloud import Cloud

from .engine.conftest import pulumi_cli  # noqa: F401 (a fixture)
from .engine.crash_project import prepared
from .engine.crash_run import end
from .engine.real_cli import Project

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "recover.md").read_text()
BLOCK = re.compile(r"(?:<!-- (?P<about>.+) -->\n)?```(?P<kind>\w+)\n(?P<text>[\s\S]*?)```")
NOISE = re.compile(r"using pulumi-resource-\w+ from \$PATH|^@ |^ *$")  # of our stand-in, and progress
MORE = "  - name: scratch\n    aws.storage_bucket: {}\n"  # what the provider dies of
LATER = "  - name: third\n    aws.storage_bucket: {}\n"  # what fails
PLACES = [
    (r"-[0-9a-f]{7}\b", "-ID"),
    (r"file://\S+(?=/\.pulumi/)", "STATE"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\w+@\w+ \(pid \d+\) at \S+", "SOMEBODY"),
    (r"\(\d+(\.\d+)?s\)", "(0s)"),
    (r"error reading from server: .+", "error reading from server: EOF"),  # or: connection reset by peer
]


def blocks(kind: str) -> list[tuple[str, str]]:
    """What the comment above it says, and its text."""
    return [(m["about"] or "", m["text"]) for m in BLOCK.finditer(PAGE) if m["kind"] == kind]


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *printed = part.splitlines()
        yield command, printed


def plain(lines: list[str]) -> list[str]:
    text = "\n".join(line.rstrip() for line in lines if not NOISE.search(line))
    for pattern, word in PLACES:
        text = re.sub(pattern, word, text)
    return text.splitlines()


def agree(said: list[str], printed: list[str]) -> bool:
    """`...` stands for any lines, also for none."""
    if not said:
        return not printed
    if said[0] == "...":
        return any(agree(said[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and said[0] == printed[0] and agree(said[1:], printed[1:])


@pytest.fixture(scope="module")
def project(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:  # noqa: F811
    found = prepared(pulumi_cli, tmp_path_factory.mktemp("recover"))
    found.extra_env["CRASH_PAUSE_SECONDS"] = "0"
    (found.folder / "stacks" / "small.yaml").unlink()
    stack = found.folder / "stacks" / "dev.yaml"
    stack.write_text(blocks("yaml")[0][1].removeprefix("# stacks/dev.yaml\n"))
    found.init("dev")
    (found.home / "state").symlink_to("backend")  # as the page calls it
    return found


def shell(project: Project, command: str, **more: str) -> list[str]:
    """As in a terminal, with what it says on both of its outputs."""
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=project.folder,
        env=project.env() | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed = process.communicate()[0]
    end(process)
    return printed.splitlines()


@pytest.mark.engine
def test_the_page_is_walked(project: Project) -> None:
    stack, home = project.folder / "stacks" / "dev.yaml", project.home
    for m in BLOCK.finditer(PAGE):
        about = m["about"] or ""
        if about.startswith("becomes "):
            (real,) = (one.id for one in Cloud(home / "cloud").held())
            text = re.sub(r"checkpoints-bucket-[0-9a-f]{7}", real, m["text"])
            asked = json.loads((project.folder / "import.json").read_text())
            wanted = json.loads(text)
            assert wanted["nameTable"] == asked["nameTable"]
            assert wanted["resources"][0] | {"id": "<PLACEHOLDER>"} in asked["resources"]
            (project.folder / "import.json").write_text(text)
        if m["kind"] != "console":
            continue
        if "scratch" in about:
            stack.write_text(stack.read_text() + MORE)
        if "FAIL_AT" in about:
            stack.write_text(stack.read_text().replace(MORE, LATER))
        more = dict(word.split("=") for word in about.removeprefix("with ").split()) if about else {}
        more["ULTRASTACK_REHEARSAL_COUNT"] = str(home / "count")
        if "failed to load" in m["text"]:
            (home / "backend" / ".pulumi" / "stacks" / "ultrastack" / "dev.json.attrs").write_text("")
        for command, said in commands(m["text"]):
            printed = shell(project, command, **more)
            assert agree(plain(said), plain(printed)), f"$ {command}\n" + "\n".join(plain(printed))


@pytest.mark.engine
def test_what_the_page_warns_of_is_so(pulumi_cli: Path, tmp_path: Path) -> None:  # noqa: F811
    """A bare `up` doubles what is pending, and --import-pending-creates forgets it: if not, shorten the page."""
    found = prepared(pulumi_cli, tmp_path)
    found.extra_env["CRASH_PAUSE_SECONDS"] = "0"
    (found.folder / "stacks" / "small.yaml").write_text(blocks("yaml")[0][1])
    found.init("small")

    def buckets() -> list[str]:
        return [one.id for one in Cloud(found.home / "cloud").held("aws:s3/bucket:Bucket")]

    def crash() -> None:
        shell(found, "pulumi up --yes --skip-preview --stack small", CRASH_ON="checkpoints-bucket")
        found.run("cancel", "--yes", "--stack", "small")

    crash()
    (first,) = buckets()
    (pending,) = json.loads(found.run("stack", "export", "--stack", "small").out)["deployment"]["pending_operations"]
    urn = pending["resource"]["urn"]
    words = ("--import-pending-creates", urn, "--import-pending-creates", first)
    found.run("refresh", "--yes", "--skip-preview", *words, "--stack", "small")
    after = json.loads(found.run("stack", "export", "--stack", "small").out)["deployment"]
    assert "pending_operations" not in after
    assert urn not in {one["urn"] for one in after["resources"]}

    crash()
    found.up("small")
    assert len(buckets()) == 3, "one forgotten, one pending, one known"


def test_each_call_of_a_cloud_is_one_that_it_has() -> None:
    session: Any = botocore.session.get_session()
    found = []
    for line in "\n".join(text for _, text in blocks("sh")).splitlines():
        if line.startswith("aws ") and not line.startswith("aws s3 cp"):
            service, operation, *words = shlex.split(line)[1:]
            model = session.get_service_model({"s3api": "s3"}.get(service, service))
            name = "".join(part.title() for part in operation.split("-"))
            given = {word.removeprefix("--").replace("-", "") for word in words if word.startswith("--")}
            known = {member.lower() for member in model.operation_model(name).input_shape.members}
            assert given - {"region", "query", "output"} <= known, line
            found.append(name)
    assert found == ["GetResources", "DescribeInstances", "ListObjectVersions", "GetObject"]


@pytest.mark.engine
def test_each_command_of_pulumi_has_the_flags_that_the_page_uses(pulumi_cli: Path) -> None:  # noqa: F811
    lines = [line for _, text in blocks("sh") for line in text.splitlines() if line.startswith("pulumi ")]
    lines += re.findall(r"`(pulumi [a-z][^`]*--[^`]*)`", PAGE)
    assert lines
    for line in lines:
        words = shlex.split(line)[1:]
        spoken = [word for word in words if re.fullmatch("[a-z]+", word)]
        text = subprocess.run([str(pulumi_cli), *spoken, "--help"], capture_output=True, text=True, check=True).stdout
        for flag in (word.partition("=")[0] for word in words if word.startswith("--")):
            assert f"{flag} " in text, line


def test_every_line_of_the_first_table_leads_to_a_chapter() -> None:
    chapters = {"#" + title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    links = set(re.findall(r"\]\((#[\w-]+)\)", PAGE))
    assert links == chapters
