"""How a command ends when the terminal goes away, and what it says while one waits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ultrastack.cli import progress

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments", [["list", "machines"], ["--help"], ["doc", "loop"], ["completion", "zsh"]], ids=" ".join
)
def test_a_closed_pipe_is_quiet(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "ultrastack.cli", *arguments], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "2>&-"])
def test_outputs_that_are_closed_are_no_failure(closed: str) -> None:
    words = f'"{sys.executable}" -m ultrastack.cli list machines {closed}'
    done = subprocess.run(["sh", "-c", words], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_not_our_failure() -> None:
    words = f'"{sys.executable}" -m ultrastack.cli list machines >/dev/full'
    done = subprocess.run(["sh", "-c", words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("cannot write: No space left on device\n   fix: make room: df -h\n")


class Terminal:
    """A stderr that is one, and keeps what it was shown."""

    def __init__(self, is_one: bool):
        self.is_one = is_one
        self.shown = ""
        self.written = threading.Event()

    def isatty(self) -> bool:
        return self.is_one

    def write(self, text: str) -> None:
        self.shown += text
        self.written.set()

    def flush(self) -> None:
        pass


def test_a_line_appears_and_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(True)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.progress("planning dev"):
        assert terminal.written.wait(10)
    assert terminal.shown.startswith("\rplanning dev … 0 s")
    assert terminal.shown.endswith("\r\x1b[K")


def test_nothing_appears_before_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(True)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.progress("planning dev"):
        pass
    assert terminal.shown == ""


def test_nothing_appears_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(False)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.progress("planning dev"):
        assert [t.name for t in threading.enumerate() if "_tick" in t.name] == []
    assert terminal.shown == ""
