"""Which calls of the kernel may this process and all it starts still make? A filter that a Python program never meets.

It denies what a plan has no use for and escapes are made of: sockets of any family (a connected pair remains), io_uring
(whose operations no filter sees), other processes' memory, mounts and namespaces, keyrings, bpf, perf, userfaultfd,
terminals' input, memory that no limit counts. A list of what is allowed lost: grpc, numpy and the next libc each
need others, and would break without a word. Calls that are newer than this list do not exist for the child (ENOSYS).
"""

from __future__ import annotations

import ctypes
import errno
import struct
import sys

from .kernel import MACHINE, PR_SET_SECCOMP, prctl

NEWEST = 450  # set_mempolicy_home_node, the last in the headers of Linux 6.1 that the numbers below are from
X32 = 0x40000000  # x86_64's second table of calls: bits of another ABI on the same numbers
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}, linux/sched.h
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # write into a terminal's input; the console's selection does it, too

# name: x86_64, aarch64 (-1: it has none)
DENIED = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "personality": (135, 92),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "fanotify_init": (300, 262),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "uselib": (134, -1),
}
# Of what a file has besides its contents, by its path: Landlock does not look at it. Read-only mounts do.
DENIED_WITHOUT_MOUNTS = {
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "getxattr": (191, 8),
    "lgetxattr": (192, 9),
    "fgetxattr": (193, 10),
    "listxattr": (194, 11),
    "llistxattr": (195, 12),
    "flistxattr": (196, 13),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "truncate": (76, 45),
}
CLONE, CLONE3, IOCTL, PRLIMIT64, SOCKETPAIR = (56, 220), 435, (16, 29), (302, 261), (53, 199)
UNIX, STREAM, SEQUENCED, OF_TYPE = 1, 1, 5, 0xF  # linux/socket.h, linux/net.h: flags are above the type

# linux/bpf_common.h, linux/seccomp.h
LOAD, AND, EQUAL, GREATER, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x25, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENT_0, ARGUMENT_1 = 0, 4, 16, 24  # offsets in struct seccomp_data, low halves: little endian
FILTER_MODE = 2


def possible() -> bool:
    """On these machines the numbers are known."""
    return MACHINE in AUDIT_ARCH and sys.byteorder == "little" and sys.maxsize > 2**32


def apply(*, mounts_are_ours: bool) -> None:
    """For good. Wants no_new_privs to be set."""
    program = _program(mounts_are_ours)
    code = ctypes.create_string_buffer(program, len(program))
    fprog = _Program(len(program) // 8, ctypes.addressof(code))
    prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.addressof(fprog))


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def _program(mounts_are_ours: bool) -> bytes:
    """Classic BPF: a comparison jumps over so many instructions if it holds, over so many if not."""
    column = 0 if MACHINE == "x86_64" else 1
    denied = {**DENIED, **({} if mounts_are_ours else DENIED_WITHOUT_MOUNTS)}
    no, absent = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    code = [
        _one(LOAD, ARCHITECTURE),
        _one(EQUAL, AUDIT_ARCH[MACHINE], 1, 0),
        _one(RETURN, KILL),  # another table of calls: 32-bit programs
        _one(LOAD, NUMBER),
        _one(GREATER, NEWEST, 0, 1),  # x32's numbers are above, too
        _one(RETURN, absent),
        _one(EQUAL, CLONE3, 0, 1),
        _one(RETURN, absent),  # its flags lie in memory, which no filter reads; libc then uses clone
    ]
    for number in sorted({numbers[column] for numbers in denied.values()} - {-1}):
        code += [_one(EQUAL, number, 0, 1), _one(RETURN, no)]
    code += [
        *(_one(EQUAL, CLONE[column], 0, 3), _one(LOAD, ARGUMENT_0), _one(ANY_BIT, NEW_NAMESPACES, 0, 1)),
        *(_one(RETURN, no), _one(LOAD, NUMBER)),
        *(_one(EQUAL, IOCTL[column], 0, 4), _one(LOAD, ARGUMENT_1), _one(EQUAL, TIOCSTI, 1, 0)),
        *(_one(EQUAL, TIOCLINUX, 0, 1), _one(RETURN, no), _one(LOAD, NUMBER)),
        *(_one(EQUAL, PRLIMIT64[column], 0, 3), _one(LOAD, ARGUMENT_0), _one(EQUAL, 0, 1, 0)),
        *(_one(RETURN, no), _one(LOAD, NUMBER)),  # of others: a short CPU limit would end the parent
        # A pair of datagram sockets would be as good as socket(): each can send to any address.
        *(_one(EQUAL, SOCKETPAIR[column], 0, 8), _one(LOAD, ARGUMENT_0), _one(EQUAL, UNIX, 0, 4)),
        *(_one(LOAD, ARGUMENT_1), _one(AND, OF_TYPE), _one(EQUAL, STREAM, 2, 0), _one(EQUAL, SEQUENCED, 1, 0)),
        *(_one(RETURN, no), _one(LOAD, NUMBER)),
        _one(RETURN, ALLOW),
    ]
    return b"".join(code)


def _one(what: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", what, if_true, if_false, value)
