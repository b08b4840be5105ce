"""How much may the child use?"""

from __future__ import annotations

import math
import os
import resource
from dataclasses import dataclass

from .processes import tasks_of

OPEN_FILES = 256  # of each process: buffers of pipes and pairs of sockets are the kernel's memory, which is not counted
ADDRESSES = 4  # times the memory: threads reserve addresses (64 MiB of glibc's arena each) that they never fill


@dataclass(frozen=True)
class Limits:
    """What ends a child, or what it cannot get more of."""

    seconds: float = 120  # by the clock on the wall: a plan of a large stack takes under ten on a slow machine
    memory_mib: int = 4096  # of each process, and in use by all together: a plan with the SDKs of two clouds takes 150
    processes: int = 64  # with threads, as the kernel counts: a plan takes one, a program's pools some more
    output_bytes: int = 256 * 2**20  # of stdout, and of stderr: a plan of thousands of resources is some ten MiB
    written_mib: int = 256  # in its private folder: compiled Python and what a program writes on the side


def apply(limits: Limits, *, counted_alone: bool) -> None:
    """Limits this process for good. `counted_alone`: no process of anybody else has this user in this namespace."""
    memory, written = limits.memory_mib * 2**20, limits.written_mib * 2**20
    # What the kernel counts is all processes of a user, so where the child has no user of its own, those are added.
    others = 2 if counted_alone else tasks_of(os.getuid()) + 2
    # CPU time is counted over all threads: more than the wall's clock allows it cannot be.
    cpu = math.ceil(limits.seconds) * (os.cpu_count() or 1) + 1
    for which, value in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_DATA, memory),  # what can be written to; counts mappings since Linux 4.7
        (resource.RLIMIT_AS, memory * ADDRESSES),
        (resource.RLIMIT_NPROC, limits.processes + others),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 1),  # 0 still starts the machine's own collector of crashes, 1 does not: fs/coredump.c
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))
