"""What do the conformance tests say at the end of a run? How much was asked of which model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

LINES: list[str] = []


@pytest.fixture(scope="session")
def say_at_the_end() -> Callable[[str], None]:
    return LINES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in LINES:
        terminalreporter.write_line(line)
