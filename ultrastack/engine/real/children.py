"""How does a child end with everything that it started? The engine gives each plugin a process group of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PATIENCE_SECONDS = 5.0  # for the engine to stop its plugins itself, before everything is killed


def end(child: subprocess.Popen[str]) -> None:
    """Asks it to stop, then kills what is left of its session; returns once nothing of it runs.

    The child must have been started with start_new_session.
    """
    below: set[int] = set()
    if child.poll() is None:
        below = set(family(child.pid))
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):  # a second Ctrl-C: no more patience
            child.wait(PATIENCE_SECONDS)
    # its number may be another's once it has been waited for; that of its session is not while somebody is in it
    session = {pid for pid, _, session in _processes() if session == child.pid}
    for pid in (below | session) - {child.pid}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    if child.poll() is None:
        child.kill()
    child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def family(pid: int) -> Iterator[int]:
    """A process that still runs, and everything below it."""
    parents = {one: parent for one, parent, _ in _processes()}
    below, grown = {pid}, True
    while grown:
        more = {one for one, parent in parents.items() if parent in below} - below
        below |= more
        grown = bool(more)
    yield from below


def _processes() -> Iterator[tuple[int, int, int]]:
    """pid, parent, session (0 where it is not known)."""
    if not PROC.is_dir():  # macOS
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
        yield from ((int(pid), int(parent), 0) for pid, parent in (line.split() for line in listed.splitlines()))
        return
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                # pid (name with any character) state ppid pgrp session
                _, parent, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
                yield int(folder.name), int(parent), int(session)
