"""docs/check.md is walked from its first command to its last; `...` stands for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.policies.stack_cases import project

PAGE = (Path(__file__).parents[1] / "docs" / "check.md").read_text()
BLOCK = re.compile(r"```(yaml|console)\n([\s\S]*?)```")


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    root = project(tmp_path, {})
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "SOURCE_DATE_EPOCH": "1796083200"}
    commands = 0
    for kind, text in BLOCK.findall(PAGE):
        if kind == "yaml":
            name = re.match(r"# (stacks/\S+)\n", text)
            assert name, text
            (root / name[1]).write_text(text)
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, said = part.partition("\n")
            done = subprocess.run(
                command, shell=True, cwd=root, env=environment, capture_output=True, text=True, check=False
            )
            pattern = re.escape(said).replace(re.escape("...\n"), r"(.*\n)*").replace(re.escape("..."), ".*")
            assert re.fullmatch(pattern, done.stdout + done.stderr), f"$ {command}\n{done.stdout}{done.stderr}"
            commands += 1
    assert commands >= 10
