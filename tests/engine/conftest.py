"""Is there a real Pulumi CLI to test with? Decided here and nowhere else."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .real_cli import Project, copy_of_repository, find_cli

WHY_NOT = "no pulumi on PATH and none built by tools/pulumi-cli/build.sh"
LINES: list[str] = []  # what tests want to say at the end of the run

# A shell's job in the background ignores Ctrl-C, and so would every program that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def pulumi_cli() -> Path:
    found = find_cli()
    if found is None:
        if os.environ.get("ULTRASTACK_REQUIRE_ENGINE") == "1":
            pytest.fail(f"{WHY_NOT}, and ULTRASTACK_REQUIRE_ENGINE=1 wants the engine tests to run")
        pytest.skip(f"engine tests left out: {WHY_NOT}")
    return found


@pytest.fixture
def repository(pulumi_cli: Path, tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """repository() or repository({"dev": "stack file"}): a private copy of this project."""
    yield lambda stacks=None: copy_of_repository(pulumi_cli, tmp_path, stacks)


@pytest.fixture(scope="session")
def say_at_the_end() -> Callable[[str], None]:
    return LINES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in LINES:
        terminalreporter.write_line(line)
