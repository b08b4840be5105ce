"""What does a process do last, before somebody else's program takes its place?"""

from __future__ import annotations

import os
import resource
import signal

from . import landlock, limits, privileges, seccomp
from .kernel import PR_SET_PDEATHSIG, prctl
from .order import READY, Order
from .ways import CONFINED, FILES_OURS


def enter(order: Order) -> None:
    """Never returns. Says READY, or why not, on the status pipe, which the program does not get."""
    try:
        _confine(order)
        os.write(order.status, READY)
        home = {"HOME": order.scratch, "TMPDIR": order.scratch, "PATH": "/usr/local/bin:/usr/bin:/bin"}
        os.execve(order.command[0], order.command, home | {"LANG": "C.UTF-8"})
    except BaseException as e:
        os.write(order.status, f"{type(e).__name__}: {e}".encode(errors="replace"))
    os._exit(126)


def _confine(order: Order) -> None:
    mounted = order.way in FILES_OURS
    rules = landlock.rules_of(order.tree, order.scratch) if order.way == "landlock" else []
    if mounted:  # a second lock on the same door
        rules = [("/", landlock.READ | landlock.WRITE_FILE), (order.scratch, landlock.writing())]
    _only_its_own_descriptors(order.status)
    # signals: nothing of how the parent treats them
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(0o077)
    limits.apply(order.limits, counted_alone=order.user >= 0 or (mounted and _namespaces_count_alone()))
    privileges.drop(order.user, _kept(order.way))
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # after the change of user, which clears it
    os.chdir(order.folder)
    if order.way in CONFINED and landlock.version():
        landlock.apply(rules)
    if order.way in CONFINED and seccomp.possible():
        seccomp.apply(mounts_are_ours=mounted)


def _kept(way: str) -> tuple[int, ...]:
    """To read what is root's alone, as the interpreter may be and the checkout, where only those can be reached.

    Docker leaves root only the capability that can write as well: read-only mounts and Landlock take that back.
    """
    if way == "landlock" and not seccomp.possible():
        return ()  # open_by_handle_at(2) would read what has no path
    return (privileges.DAC_READ_SEARCH, privileges.DAC_OVERRIDE)


def _only_its_own_descriptors(status: int) -> None:
    os.closerange(3, status)
    os.closerange(status + 1, max(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 2**16))
    os.set_inheritable(status, False)


def _namespaces_count_alone() -> bool:
    """Since Linux 5.14 RLIMIT_NPROC counts a user in each user namespace by itself."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int(minor)) >= (5, 14)
