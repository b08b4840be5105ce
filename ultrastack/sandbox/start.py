"""How is a program run in one way of confinement, from its start to its last process?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..model.place import printable
from ..model.review import Confinement
from .limits import Limits
from .order import READY, Order
from .outer import command as outer_command
from .privileges import private_user
from .processes import descendants
from .scratch import held_by, scratch
from .tree import scratch_in, tree
from .view import View
from .watch import Heard, Why, watch
from .ways import FILES_OURS, confinement

PATIENCE_SECONDS = 8.0  # for our own process to clear up: it takes at most five


class NotConfined(Exception):
    """The program was not run, or not by us: its walls could not be built, or it is not there."""


@dataclass(frozen=True)
class Ended:
    code: int | None  # as shells say it: 128 and more for a signal; None: we ended it
    output: bytes
    errors: str  # the last 4 KiB of stderr, printable
    why: Why  # what it used too much of
    confinement: Confinement


def start(way: str, command: Sequence[str], view: View, stdin: bytes, limits: Limits) -> Ended:
    """Raises NotConfined."""
    if not sys.platform.startswith("linux"):
        raise NotConfined("programs can only be confined on Linux")
    user = private_user()
    with ExitStack() as stack:
        try:
            steps = tree(view)
            on_disk = None if way in FILES_OURS else stack.enter_context(scratch(user))
        except (OSError, ValueError) as e:
            raise NotConfined(printable(str(e))) from None
        ready, status = os.pipe()
        stack.callback(os.close, ready)
        folder, writes = str(view.folder.absolute()), str(on_disk or scratch_in(view))
        order = Order(way, tuple(command), folder, writes, tuple(steps), limits, user, status)
        try:
            child = subprocess.Popen(
                outer_command(order),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                env={},
                pass_fds=[status],
                start_new_session=True,
            )
        except OSError as e:
            raise NotConfined(f"no process can be started: {e.strerror}") from None
        finally:
            os.close(status)
        try:
            heard = watch(child, ready, stdin, limits, lambda: _too_much(on_disk, limits))
        finally:
            _end(child)
    return _told(way, child.returncode, heard)


def _told(way: str, code: int, heard: Heard) -> Ended:
    said = bytes(heard.said)
    errors = printable(heard.errors.decode(errors="replace"))
    if said != READY and not heard.why:
        raise NotConfined(printable(said.removeprefix(READY).decode(errors="replace")) or errors.strip() or "no reason")
    return Ended(None if heard.why else code, bytes(heard.output), errors, heard.why, confinement(way))


def _too_much(folder: Path | None, limits: Limits) -> bool:
    most = limits.written_mib * 2**20
    return folder is not None and held_by(folder, most + 1) > most


def _end(child: subprocess.Popen[bytes]) -> None:
    """Our own process ends what is below it; if it should not manage to, this does what it can."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE_SECONDS)
    if child.poll() is None:
        below = descendants(child.pid)
        child.kill()
        for pid in below:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
