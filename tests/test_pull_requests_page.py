"""docs/pull-requests.md is walked from its first command to its last; `...` stands for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.policies.stack_cases import project

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "pull-requests.md").read_text()
BLOCK = re.compile(r"```(\w+)\n([\s\S]*?)```")


def environment(home: Path) -> dict[str, str]:
    """Of somebody who has just set up git."""
    (home / ".gitconfig").write_text("[user]\nname = You\nemail = you@example.com\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    fixed = {"NO_COLOR": "1", "COLUMNS": "100", "SOURCE_DATE_EPOCH": "1796083200", "LC_ALL": "C"}
    return {**kept, **fixed, "PATH": path, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    root = project(tmp_path / "project", {})
    commands = 0
    for kind, text in BLOCK.findall(PAGE):
        if kind == "yaml" and (name := re.match(r"# (stacks/\S+)\n", text)):
            (root / name[1]).write_text(text)
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:] if kind == "console" else []:
            command, _, said = part.partition("\n")
            done = subprocess.run(
                command, shell=True, cwd=root, env=environment(tmp_path), capture_output=True, text=True, check=False
            )
            pattern = re.escape(said).replace(re.escape("...\n"), r"(.*\n)*").replace(re.escape("..."), ".*")
            assert re.fullmatch(pattern, done.stdout + done.stderr), f"$ {command}\n{done.stdout}{done.stderr}"
            assert done.returncode < 2, f"$ {command}"
            commands += 1
    assert commands >= 12
    (sample,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "markdown")
    written = (root / "comment.md").read_text().splitlines()
    for line in sample.splitlines():
        pattern = re.escape(line).replace(re.escape("..."), ".*")
        assert any(re.fullmatch(pattern, one) for one in written), line
    origin = subprocess.run(
        ["git", "--git-dir", str(tmp_path / "origin.git"), "log", "--oneline", "main"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert origin.stdout.count("\n") == 1  # the change itself was never pushed


def test_the_contents_name_every_section() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    listed = re.findall(r"^- \[(.+?)\]\(#(.+?)\)", PAGE, re.MULTILINE)
    assert [title for title, _ in listed] == titles
    anchors = [re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles]
    assert [anchor for _, anchor in listed] == anchors


def test_the_files_and_names_of_the_page_are_there() -> None:
    for name in re.findall(r"`([\w.-]+\.yml)`", PAGE):
        assert (ROOT / name).is_file() or (ROOT / ".github" / "workflows" / name).is_file(), name
    for name in re.findall(r"`(\w+\.(?:sh|py))`", PAGE):
        assert (ROOT / ".github" / "scripts" / name).is_file() or (ROOT / name).is_file(), name
    for link in re.findall(r"\]\(([\w/-]+\.md)", PAGE):
        assert (ROOT / "docs" / link).is_file(), link


def test_the_hooks_of_the_page_are_ours() -> None:
    (text,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "yaml" and "pre-commit-config" in text)
    ours = [hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    assert [hook["id"] for hook in yaml.safe_load(text)["repos"][0]["hooks"]] == ours
