"""Which ways of confinement work on this machine? Each is tried for real, once: nowhere is it written down.

Containers forbid user namespaces or mounts; Ubuntu since 23.10 lets programs without an AppArmor profile make user
namespaces in which they may do nothing (https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..model.review import Confinement
from . import landlock
from .bubblewrap import PROGRAM
from .limits import Limits
from .start import Ended, NotConfined, start
from .view import View
from .ways import WAYS, confinement

# What it could do, a letter each: read beside its view, make a file in its view, make one in its own folder, connect.
PROBE = """
import os, socket, sys
def can(do):
    try: do()
    except OSError: return False
    return True
found = "r" * can(lambda: open(sys.argv[1]).close()) + "w" * can(lambda: open("new", "w").close())
found += "s" * can(lambda: open(os.environ["TMPDIR"] + "/new", "w").close())
found += "n" * can(lambda: socket.create_connection(("127.0.0.1", 9), 1).close())
sys.stdout.write(found + "." + open("here").read())
"""
USUAL = Limits()
PROBED = Limits(seconds=20, memory_mib=1024, processes=8, output_bytes=4096, written_mib=1)


def modes() -> tuple[Confinement, ...]:
    """Best first; the last is always the one of limits alone."""
    return tuple(confinement(way) for way in WAYS if _works(way))


def run_confined(
    command: Sequence[str], view: View, *, stdin: bytes = b"", limits: Limits = USUAL, mode: str = ""
) -> Ended:
    """Runs a program until it ends or a limit ends it, in the best way that works here, or in that of this name.

    Raises NotConfined if that way does not work here, or the program cannot be started.
    """
    way = next((one for one in WAYS if mode in ("", confinement(one).mode) and _works(one)), None)
    if way is None:
        raise NotConfined(f"this machine cannot confine a program by '{mode}'")
    return start(way, command, view, stdin, limits)


@cache
def _works(way: str) -> bool:
    if way == "limits":
        return True
    if way == "bubblewrap" and not os.access(PROGRAM, os.X_OK):
        return False
    if way == "landlock" and not landlock.version():
        return False
    with tempfile.TemporaryDirectory(prefix="ultrastack-probe-") as made:
        folder, beside = Path(made) / "folder", Path(made) / "beside"
        folder.mkdir()
        for file in (folder / "here", beside):
            file.write_text("here")
        words = [os.path.realpath(sys.executable), "-I", "-S", "-c", PROBE, str(beside)]
        try:
            ended = start(way, words, View(folder), b"", PROBED)
        except (NotConfined, OSError):
            return False
    return ended.code == 0 and ended.output == b"s.here"
