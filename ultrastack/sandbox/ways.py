"""Which ways are there to confine a program, best first, and what does each enforce? In words that reports show."""

from __future__ import annotations

import os

from ..model.review import Confinement
from . import landlock, seccomp
from .privileges import can_become_another, may_read_all

WAYS = {
    "bubblewrap": "bubblewrap",
    "namespaces": "namespaces and Landlock",
    "landlock": "Landlock",
    "limits": "limits only",
}
FILES_OURS = {"bubblewrap", "namespaces"}  # the child sees a tree of files that was made for it
CONFINED = FILES_OURS | {"landlock"}

NO_NETWORK = "no network: not the machine's own, not the cloud's metadata, no sockets of other programs"
NO_FILES = "no file outside the checkout, the interpreter and the system's libraries; no terminal, no device"
NO_WRITING = "nothing written outside a private folder, which is removed"
NO_PROCESSES = "no other process seen, read or signalled"
NO_CALLS = "no kernel calls that a plan has no use for: mounts, namespaces, tracing, keyrings, bpf"
NOTHING_LEFT = "nothing left running"
NO_VARIABLE = "no environment variable of the caller handed over"
NO_POWERS = "no more powers: of root's at most to read what can be reached, no setuid program"
LIMITED = "limits on time, output, files, and memory: of each process, and of all as looked at ten times a second"
COUNTED = "a limit on processes and threads"
NO_ASKING = "no asking whether files outside exist, how large and how old they are, where links lead"
NO_NAMES = "no listing of hidden files (what is in them is kept)"
NO_DISK = "no use of the machine's disk: how much lies in the private folder is looked at ten times a second"
NO_EMPTYING = "no emptying of files in the checkout"


def confinement(way: str) -> Confinement:
    """What this way enforces on this machine, if it is possible at all."""
    holds = _holds(way)
    name = WAYS[way] if way != "namespaces" or landlock.version() else "namespaces"
    return Confinement(
        name, tuple(what for what, is_so in holds.items() if is_so), tuple(what for what in holds if not holds[what])
    )


def _holds(way: str) -> dict[str, bool]:
    ours, confined, filtered = way in FILES_OURS, way in CONFINED, seccomp.possible()
    known = landlock.version() if confined else 0
    signals_kept, another = ours or known >= 6, can_become_another()
    holds = {
        NO_NETWORK: ours or (confined and filtered),
        NO_FILES: confined,
        NO_WRITING: ours or (confined and filtered),  # without the filter: modes and times, where Landlock is alone
        NO_PROCESSES: signals_kept,
        NO_CALLS: confined and filtered,
        NO_VARIABLE: True,
        NO_POWERS: confined or not another or may_read_all(),
        LIMITED: True,
        COUNTED: os.geteuid() != 0 or another,  # the kernel does not count root's
        # who waits for the program can be killed by it, where it is the same user
        NOTHING_LEFT: signals_kept or another,
    }
    if way == "landlock":
        holds |= {NO_ASKING: False, NO_NAMES: False, NO_DISK: False}
        if known < 3:
            holds[NO_EMPTYING] = False  # opening with O_TRUNC was not looked at
    return holds


def complete(found: Confinement) -> bool:
    """Everything is enforced."""
    return not found.not_enforced
