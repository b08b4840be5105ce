"""How is the Linux kernel called where Python has no function for it? By number, through ctypes: no C extension."""

from __future__ import annotations

import ctypes
import os
import platform

# asm/unistd_64.h of x86_64, asm-generic/unistd.h of aarch64; numbers from 424 on are the same everywhere.
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SETNS = {"x86_64": 308, "aarch64": 268}
UNSHARE = {"x86_64": 272, "aarch64": 97}
UMOUNT2 = {"x86_64": 166, "aarch64": 39}
OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 428, 429, 442
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446

# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 8, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

MACHINE = platform.machine()
LIBC = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | ctypes.Structure | None) -> int:
    """A system call; raises OSError as functions of `os` do."""
    return _checked(int(LIBC.syscall(ctypes.c_long(number), *(_passed(one) for one in arguments))))


def prctl(option: int, *arguments: int) -> int:
    padded = [*arguments, 0, 0, 0, 0][:4]  # unused ones must be 0 for some options
    return _checked(int(LIBC.prctl(ctypes.c_int(option), *(ctypes.c_ulong(one) for one in padded))))


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    texts = [ctypes.c_char_p(os.fsencode(one)) for one in (source, target, kind)]
    _checked(int(LIBC.mount(*texts, ctypes.c_ulong(flags), ctypes.c_char_p(os.fsencode(data)))))


def _passed(value: object) -> object:
    if isinstance(value, int):
        return ctypes.c_long(value)
    return ctypes.byref(value) if isinstance(value, ctypes.Structure) else value


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
