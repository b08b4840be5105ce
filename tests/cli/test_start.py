"""--help and what the shell asks while one types must not wait for what they do not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("pulumi", "pulumi_aws", "pydantic", "rich", "yaml", "jinja2", "grpc")


def loaded(*arguments: str, **env: str) -> list[str]:
    """Which of the heavy modules a command line has imported by its end."""
    code = (
        "import sys, contextlib, io\n"
        "from ultrastack.cli import main\n"
        "with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):\n"
        "    try: code = main(sys.argv[1:])\n"
        "    except SystemExit as e: code = e.code\n"
        f"print(code, *[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=True,
    )
    code_, *found = done.stdout.split()
    assert code_ == "0", done.stderr
    return found


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["plan", "--help"], ["doc", "--help"], ["completion", "zsh"], ["list", "machines"]],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    assert loaded(*arguments) == []


@pytest.mark.parametrize(
    "kind", ["stacks", "examples", "components", "machines", "slices", "keywords", "filters", "functions"]
)
def test_lists_come_without_pulumi(kind: str) -> None:
    assert set(loaded("list", kind)) <= {"yaml", "jinja2"}


def test_completion_of_a_stack_comes_without_pulumi() -> None:
    found = loaded(_ULTRASTACK_COMPLETE="bash_complete", COMP_WORDS="ultrastack plan ", COMP_CWORD="2")
    assert set(found) <= {"yaml"}
