"""How does a process get a machine of its own to see: files, network, processes? By namespaces(7), without a helper.

The new mount calls (open_tree, mount_setattr: Linux 5.12) make read-only copies of what may be seen, which are then
attached to an empty tree that becomes the root. No /proc is mounted: a plan needs none, there is most to be learnt from
it, and containers forbid it (mount_too_revealing() in fs/namespace.c).
"""

from __future__ import annotations

import os
import signal
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

from .kernel import MACHINE, MOUNT_SETATTR, MOVE_MOUNT, OPEN_TREE, PIVOT_ROOT, SETNS, UMOUNT2, UNSHARE, call, mount
from .order import Order

# linux/sched.h
NEW_MOUNTS, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEW_USER, NEW_PID, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
# linux/mount.h, linux/fcntl.h
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 2, 4, 0x4000, 1 << 18
TREE_CLONE, TREE_CLOEXEC, RECURSIVE, EMPTY_PATH, MOVE_FROM_EMPTY = 1, 0o2000000, 0x8000, 0x1000, 4
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8
DETACH = 2
HERE = -100  # AT_FDCWD
BASE = "/tmp"  # any folder will do: the new tree is mounted over it, in this namespace alone
FEW_FILES = 20_000  # in the private folder: each costs the kernel memory, too
SMALL = "size=1m,mode=0755"


def user_namespace(*, of_all: bool) -> int:
    """A new one, as a descriptor, in which every user keeps its number, or only this one: others may map no more."""
    ready, told = os.pipe()
    holder = os.fork()
    if not holder:
        try:
            call(UNSHARE[MACHINE], NEW_USER)
            os.write(told, b"r")
            signal.pause()
        finally:
            os._exit(1)
    os.close(told)
    try:
        if os.read(ready, 1) != b"r":
            raise OSError("no user namespace can be made here")
        of = Path("/proc") / str(holder)
        if not of_all:
            (of / "setgroups").write_text("deny")
        for name, own in (("uid_map", os.geteuid()), ("gid_map", os.getegid())):
            (of / name).write_text(_all(name) if of_all else f"{own} {own} 1")
        return os.open(of / "ns" / "user", os.O_RDONLY)
    finally:
        os.close(ready)
        os.kill(holder, signal.SIGKILL)
        os.waitpid(holder, 0)


def leave_for(user_namespace: int) -> None:
    """Into that user namespace, and into new ones of every other kind. The next child is its first process."""
    call(SETNS[MACHINE], user_namespace, NEW_USER)
    call(UNSHARE[MACHINE], NEW_MOUNTS | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_PID | NEW_NETWORK)


def build(order: Order) -> None:
    """Its file tree, and nothing else, is what this process then sees."""
    mount("", "/", "", MS_REC | MS_PRIVATE)
    taken = dict(_copies(order))
    mount("tmpfs", BASE, "tmpfs", MS_NOSUID | MS_NODEV, SMALL)
    os.chdir(BASE)
    for step in order.tree:
        at = Path(step.target.lstrip("/"))
        if step.kind == "link":
            at.symlink_to(step.source)
        elif step.kind == "write":
            at.mkdir(parents=True, exist_ok=True)
            options = f"size={order.limits.written_mib}m,nr_inodes={FEW_FILES},mode=1777"
            mount("tmpfs", str(at), "tmpfs", MS_NOSUID | MS_NODEV, options)
        elif step.kind == "hide" and at.is_dir():
            mount("tmpfs", str(at), "tmpfs", MS_NOSUID | MS_NODEV, "size=4k,nr_inodes=1,mode=0755")
            _set(str(at), READ_ONLY)
        else:
            copy = taken[step.target]
            _make_place(at, folder=stat.S_ISDIR(os.fstat(copy).st_mode))
            call(MOVE_MOUNT, copy, b"", HERE, os.fsencode(at), MOVE_FROM_EMPTY)
            os.close(copy)
    _set(".", READ_ONLY)
    call(PIVOT_ROOT[MACHINE], b".", b".")  # pivot_root(2): the old root is then mounted over the new one
    call(UMOUNT2[MACHINE], b".", DETACH)
    os.chdir("/")


def _all(name: str) -> str:
    lines = [line.split() for line in (Path("/proc/self") / name).read_text().splitlines()]
    return "\n".join(f"{inside} {inside} {count}" for inside, _, count in lines)


def _copies(order: Order) -> Iterator[tuple[str, int]]:
    """Detached copies of what is to be seen, before the old tree goes out of sight."""
    for step in order.tree:
        if step.kind == "hide":
            source, how = "/dev/null", READ_ONLY | NO_SUID | NO_DEVICES | NO_PROGRAMS
        elif step.kind == "device":
            source, how = step.source, READ_ONLY | NO_SUID | NO_PROGRAMS
        elif step.kind == "read":
            source, how = step.source, READ_ONLY | NO_SUID | NO_DEVICES
        else:
            continue
        copy = call(OPEN_TREE, HERE, os.fsencode(source), TREE_CLONE | TREE_CLOEXEC | RECURSIVE)
        _set("", how, copy, EMPTY_PATH | RECURSIVE)
        yield step.target, copy


def _set(path: str, attributes: int, at: int = HERE, flags: int = 0) -> None:
    """struct mount_attr: set, clear, propagation, user namespace."""
    call(MOUNT_SETATTR, at, os.fsencode(path), flags, struct.pack("=QQQQ", attributes, 0, 0, 0), 32)


def _make_place(at: Path, *, folder: bool) -> None:
    """To mount on. Inside what is shown already it is there, and nothing could be made."""
    if at.exists():
        return
    at.parent.mkdir(parents=True, exist_ok=True)
    if folder:
        at.mkdir()
    else:
        at.touch()
