"""Every command that the README shows prints what the README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>.+)\n(?P<output>[\s\S]*?)```\n")
SHOWN_LINES = 50  # of a longer output; then a line with "..."


def printed(command: str) -> str:
    """What the command prints, cut after a first screen."""
    words = command.replace("make plan", ".venv/bin/ultrastack plan dev")  # what the Makefile runs, checked below
    words = words.replace(".venv/bin/ultrastack", str(Path(sys.executable).with_name("ultrastack")))
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "SOURCE_DATE_EPOCH": "1795219200"}  # 2026-11-21
    done = subprocess.run(words, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines(keepends=True)
    return "".join(lines if len(lines) <= SHOWN_LINES else [*lines[:SHOWN_LINES], "...\n"])


def test_make_plan_is_ultrastack_plan_of_dev() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "STACK ?= dev\n" in makefile
    assert "\t@$(BIN)/ultrastack plan $(STACK)\n" in makefile


@pytest.mark.parametrize("command", [m["command"] for m in BLOCK.finditer(README.read_text())])
def test_a_command_prints_what_the_readme_says(command: str) -> None:
    found = next(m for m in BLOCK.finditer(README.read_text()) if m["command"] == command)
    if os.environ.get("ULTRASTACK_GOLDEN"):
        text = README.read_text()
        README.write_text(text.replace(found[0], f"```console\n$ {command}\n{printed(command)}```\n"))
        return
    assert printed(command) == found["output"]


def test_every_chore_that_the_readme_names_is_there() -> None:
    chores = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:`|^(?:\$ )?)make ([a-z]+)", README.read_text(), re.MULTILINE)
    assert named and set(named) <= chores


def test_every_link_leads_somewhere() -> None:
    kept = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True)
    pages = [ROOT / name for name in kept.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    assert pages
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text())
        if not target.startswith("http") and not (page.parent / target).exists()
    ]
    assert broken == []
