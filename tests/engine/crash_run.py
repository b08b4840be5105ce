"""How is a run of Pulumi killed at a given point of it, whole or in part?

Needs Linux: whom to kill is read in /proc.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from .crash_project import PAUSE_SECONDS, STACK, backend
from .real_cli import CliFailed, Project

LONGEST_RUN_SECONDS = 300  # on a busy machine; then it is killed where it stands
Victim = Literal["everything", "engine", "provider"]


def killed(project: Project, command: str, victim: Victim, at: int, later: float) -> tuple[str, bool]:
    """What the run had said, and whether it ended before anything was killed.

    Raises CliFailed where such a run ended with an error: nobody had disturbed it.
    """
    log = project.home / "cloud" / "operations.jsonl"
    before = _lines(log)
    output = project.home / "output"
    words = [str(project.cli), "--non-interactive", "--color", "never", command, "--yes", "--skip-preview", "-s", STACK]
    with output.open("w") as file:
        process = subprocess.Popen(
            words,
            cwd=project.folder,
            env=project.env(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # the engine puts its plugins into process groups of their own, not into sessions
        )
    try:
        locks, until = backend(project) / "locks", time.monotonic() + LONGEST_RUN_SECONDS
        while process.poll() is None and time.monotonic() < until:
            heard = _lines(log) - before
            if heard >= at and (heard or any(locks.glob("**/*.json"))):  # before the first one: as soon as it has begun
                break
            time.sleep(0.002)
        time.sleep(later)
        ended = process.poll() is not None
        if victim == "engine" and not ended:
            process.kill()
            time.sleep(4 * PAUSE_SECONDS)  # what it had asked for is still done: a cloud does not stop either
        if victim == "provider" and not ended:
            providers = [pid for pid in session(process.pid) if b"slow_provider" in _words(pid)]
            _kill(providers)
            ended = not providers  # none had been started
            process.wait(timeout=LONGEST_RUN_SECONDS)
        if ended and process.returncode:
            raise CliFailed(f"pulumi {command} ended with {process.returncode} by itself\n{output.read_text()}")
    finally:
        end(process)
    return output.read_text(), ended


def end(process: subprocess.Popen[str]) -> None:
    """Whatever is left of the session that it leads; the engine's plugins outlive it where it was killed."""
    while left := session(process.pid):
        _kill(left)
        process.poll()
        time.sleep(0.01)
    process.wait()


def session(leader: int) -> list[int]:
    """Every process of the session, but for those that only wait to be noticed."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0
