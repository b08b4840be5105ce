"""Which processes came from this one, what do they hold, and how are they all ended? Read from /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> set[int]:
    """Everything below a process, without itself."""
    parents = {int(one.name): _stat(one)[1] for one in _all()}
    below, grown = {pid}, True
    while grown:
        more = {one for one, parent in parents.items() if int(parent) in below} - below
        below |= more
        grown = bool(more)
    return below - {pid}


def memory_of(pids: set[int], enough: int) -> int:
    """Bytes in use by all of them. What they share is counted once, if it matters: the exact count is slow."""
    rough = sum(int(_stat(PROC / str(pid))[21]) * PAGE for pid in pids)
    return rough if rough <= enough else sum(_exactly(pid) for pid in pids)


def tasks_of(user: int) -> int:
    """Threads of a user that can be seen, as RLIMIT_NPROC counts them."""
    count = 0
    for one in _all():
        with contextlib.suppress(OSError):
            if one.stat().st_uid == user:
                count += int(_stat(one)[17])
    return count


def end_all_below(pid: int, patience: float = 5.0) -> None:
    """Stops them first, so that none makes more while the others are killed; reaps those that are ours."""
    until = time.monotonic() + patience
    while (left := descendants(pid)) and time.monotonic() < until:
        stopped: set[int] = set()
        while (new := descendants(pid) - stopped) and time.monotonic() < until:
            _tell(new, signal.SIGSTOP)
            stopped |= new
        _tell(left | stopped, signal.SIGKILL)
        reap()


def reap() -> dict[int, int]:
    """Those children that ended, with their wait status."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            ended[one[0]] = one[1]
    return ended


def _tell(pids: set[int], what: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, what)


def _all() -> list[Path]:
    try:
        return [one for one in PROC.iterdir() if one.name.isdigit()]
    except OSError:
        return []


def _stat(process: Path) -> list[str]:
    """Fields of proc_pid_stat(5) from the third on, after a name that may hold anything; zeros if it has ended."""
    try:
        return (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ["0"] * 50


def _exactly(pid: int) -> int:
    """Proportional set size; where the kernel does not say it, what is resident."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return int(_stat(PROC / str(pid))[21]) * PAGE
