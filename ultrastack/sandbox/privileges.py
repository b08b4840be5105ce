"""Whom does the child run as, and with which of root's powers? As a user that owns nothing, with at most one."""

from __future__ import annotations

import ctypes
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from .kernel import (
    LIBC,
    PR_CAP_AMBIENT,
    PR_CAPBSET_DROP,
    PR_SET_KEEPCAPS,
    PR_SET_NO_NEW_PRIVS,
    prctl,
)

# linux/capability.h
DAC_OVERRIDE, DAC_READ_SEARCH, SETGID, SETUID = 1, 2, 6, 7
VERSION_3 = 0x20080522
AMBIENT_RAISE, AMBIENT_CLEAR_ALL = 2, 4


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [
        (f"{name}{word}", ctypes.c_uint32) for word in (0, 1) for name in ("effective", "permitted", "inherited")
    ]


def private_user() -> int:
    """For root's children a number that nobody has; -1 for everybody else's, who cannot become another.

    RLIMIT_NPROC does not hold root, whatever number a namespace shows for it (copy_process() in kernel/fork.c exempts
    INIT_USER), and root's children could signal every process of root's.
    """
    if not can_become_another():
        return -1
    try:
        ranges = [[int(word) for word in line.split()] for line in Path("/proc/self/uid_map").read_text().splitlines()]
    except OSError:
        return -1
    first, count = max(((inside, count) for inside, _, count in ranges), key=lambda one: one[1])
    quarter = count // 4  # the last but one: above users, below the last number, which means "none"
    return first + 2 * quarter + secrets.randbelow(quarter) if quarter > 1 else -1


def can_become_another() -> bool:
    """Root in a container may have been left without this."""
    return os.geteuid() == 0 and all(_permitted() & 1 << one for one in (SETUID, SETGID))


def may_read_all() -> bool:
    """With the capability that only reads."""
    return bool(_permitted() & 1 << DAC_READ_SEARCH)


def drop(user: int, kept: Sequence[int]) -> None:
    """Becomes that user for good and loses every capability; of root's those `kept`, the first that it has."""
    held = _permitted()
    keep = next((1 << one for one in kept if user >= 0 and held & 1 << one), 0)
    if user >= 0:
        prctl(PR_SET_KEEPCAPS, 1)
        os.setgroups([])
    for number in range(64):
        if not keep & 1 << number:
            try:
                prctl(PR_CAPBSET_DROP, number)
            except OSError:  # beyond the last one, or not allowed to: then there is none to drop
                continue
    if user >= 0:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _set(keep)
    prctl(PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL)
    if keep:
        prctl(PR_CAP_AMBIENT, AMBIENT_RAISE, keep.bit_length() - 1)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def _permitted() -> int:
    sets = _Sets()
    LIBC.capget(ctypes.byref(_Header(VERSION_3, 0)), ctypes.byref(sets))
    return int(sets.permitted0) | int(sets.permitted1) << 32


def _set(kept: int) -> None:
    low = kept & 0xFFFFFFFF
    if LIBC.capset(ctypes.byref(_Header(VERSION_3, 0)), ctypes.byref(_Sets(low, low, low, 0, 0, 0))):
        raise OSError(ctypes.get_errno(), "capabilities cannot be dropped")
