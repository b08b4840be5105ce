"""Which files may this process and all it starts still open? Landlock, which needs no privilege.

What each version of its interface adds is in landlock(7) and Documentation/userspace-api/landlock.rst of Linux:
1 (Linux 5.13) files; 2 (5.19) moving between folders; 3 (6.2) truncate; 4 (6.7) TCP; 5 (6.10) ioctl of devices;
6 (6.12) abstract sockets and signals. It never restricts chdir, stat, chmod, chown, utime or setxattr.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from .kernel import LANDLOCK_ADD_RULE, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, call
from .tree import Step

# linux/landlock.h
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # what a rule about a file may name
MAKE_CHAR, MAKE_BLOCK, REFER = 1 << 6, 1 << 11, 1 << 13
ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
READ = EXECUTE | READ_FILE | READ_DIR
TCP = 0b11  # bind, connect
SCOPES = 0b11  # abstract unix sockets, signals
PATH_BENEATH, VERSION_ASKED = 1, 1


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """0: this kernel has none, or was started without it."""
    try:
        return call(LANDLOCK_CREATE_RULESET, None, 0, VERSION_ASKED)
    except OSError:
        return 0


def apply(rules: Iterable[tuple[str, int]]) -> None:
    """Only these paths, each with what may be done below it; for good. Wants no_new_privs to be set."""
    known = version()
    files = ALL_OF_VERSION[max(one for one in ALL_OF_VERSION if one <= known)]
    asked = _Ruleset(files, TCP if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 8 if known < 4 else 16 if known < 6 else 24  # an older kernel refuses bytes that it does not know
    ruleset = call(LANDLOCK_CREATE_RULESET, asked, size, 0)
    for path, allowed in rules:
        _allow(ruleset, path, allowed & files)
    call(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def rules_of(tree: Iterable[Step], scratch: str) -> list[tuple[str, int]]:
    """The same tree where nothing can be mounted: what is not allowed cannot be opened."""
    steps = list(tree)
    hidden = [Path(one.target) for one in steps if one.kind == "hide"]
    rules = [(scratch, writing())]
    for step in steps:
        if step.kind == "device":
            rules.append((step.source, READ_FILE | WRITE_FILE))
        elif step.kind == "read":
            rules += _around(Path(step.source), hidden)
        elif step.kind == "link":
            rules.append((step.target, READ))
    return rules


def writing() -> int:
    """All but device nodes."""
    return ALL_OF_VERSION[5] & ~(MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV)


def _around(path: Path, hidden: list[Path]) -> list[tuple[str, int]]:
    """A rule holds for all below it, so a folder with something hidden has rules for the rest of what is in it.

    The folder itself may be listed, which also shows the names below what is hidden; never what the files say.
    """
    if path in hidden:
        return []
    if not any(one.is_relative_to(path) for one in hidden):
        return [(str(path), READ)]
    rules = [(str(path), READ_DIR)]
    for one in path.iterdir():
        if not one.is_symlink():  # a rule follows a link out of the folder
            rules += _around(one, hidden)
    return rules


def _allow(ruleset: int, path: str, allowed: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            allowed &= OF_FILES
        call(LANDLOCK_ADD_RULE, ruleset, PATH_BENEATH, _PathBeneath(allowed, opened), 0)
    finally:
        os.close(opened)
