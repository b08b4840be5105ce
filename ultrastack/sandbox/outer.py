"""What runs between the parent and the confined program? The process that builds its walls, waits, and clears up."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from pathlib import Path

from . import bubblewrap, namespaces
from .enter import enter
from .kernel import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl
from .order import Order, read
from .processes import end_all_below
from .scratch import remove
from .ways import FILES_OURS

GRACE_SECONDS = 5  # after which this process ends all, if its parent has been killed before it could hear of it
# Last on the path: a checkout that this package is run from could have a json.py of its own.
START = "import sys; sys.path.append(sys.argv[1]); from ultrastack.sandbox.outer import {what}; {what}(sys.argv[2])"


def command(order: Order, what: str = "run") -> list[str]:
    """This interpreter without its packages: nothing of them is run outside the walls."""
    python = os.path.realpath(sys.executable)
    package = str(Path(__file__).parents[2])
    return [python, "-I", "-S", "-B", "-c", START.format(what=what), package, order.text()]


def run(text: str) -> None:
    """Outside the walls. Never returns.

    Orphans below come to this process, which ends them with the program, or when it is told to, or its parent ended.
    """
    order = read(text)
    try:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, lambda *_: _end_and_leave(signal.SIGKILL, order))
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.alarm(math.ceil(order.limits.seconds) + GRACE_SECONDS)
        _be_killed_first()
        child = os.fork()
        if not child:
            _within_walls(order)
        _wait_without_pipes(child, order)
    except BaseException as e:
        os.write(order.status, f"{type(e).__name__}: {e}".encode(errors="replace"))
    os._exit(126)


def inside(text: str) -> None:
    """Within bubblewrap's walls. Never returns."""
    enter(read(text))


def _within_walls(order: Order) -> None:
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if order.way == "bubblewrap":
        _bubblewrap(order)
    if order.way == "namespaces":
        _namespaces(order)
    enter(order)


def _bubblewrap(order: Order) -> None:
    space = namespaces.user_namespace(of_all=True) if order.user >= 0 else -1
    words = bubblewrap.arguments(order, space, command(order, "inside"))
    for descriptor in {space, order.status} - {-1}:
        os.set_inheritable(descriptor, True)
    os.execve(words[0], words, {})


def _namespaces(order: Order) -> None:
    """The first process of the new namespace builds the tree; when it ends the kernel ends all others in there."""
    namespaces.leave_for(namespaces.user_namespace(of_all=order.user >= 0))
    first = os.fork()
    if first:
        _wait_without_pipes(first, order)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    namespaces.build(order)
    child = os.fork()
    if child:
        _wait_without_pipes(child, order)
    enter(order)


def _wait_without_pipes(child: int, order: Order) -> None:
    """The pipes end with the program, not with this process, which nobody of its user may trace. Never returns."""
    prctl(PR_SET_DUMPABLE, 0)
    for descriptor in (0, 1, 2, order.status):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    while True:
        ended, how = os.waitpid(-1, 0)
        if ended == child:
            _end_and_leave(how, order)


def _end_and_leave(how: int, order: Order) -> None:
    """As bubblewrap and shells do: 128 and the signal's number. Also clears up, for whoever started it may be dead."""
    end_all_below(os.getpid())
    if order.way not in FILES_OURS:
        with contextlib.suppress(OSError):
            remove(Path(order.scratch))
    os._exit(os.WEXITSTATUS(how) if os.WIFEXITED(how) else 128 + os.WTERMSIG(how))


def _be_killed_first() -> None:
    """If the machine has no memory left; anybody may raise this number."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
