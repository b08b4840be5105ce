"""How is bubblewrap told? Its arguments, from the same steps as our own mounts; see bwrap(1)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .order import Order

PROGRAM = "/usr/bin/bwrap"  # the distribution's own, never one that stands first in somebody's PATH


def arguments(order: Order, user_namespace: int, inside: Sequence[str]) -> list[str]:
    """`user_namespace`: a descriptor, or -1 for one that bubblewrap makes (bwrap maps a single user: not for root)."""
    words = [PROGRAM, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--die-with-parent", "--new-session"]
    if user_namespace >= 0:
        words += ["--userns", str(user_namespace)]
    else:
        words += ["--unshare-user", "--uid", str(os.geteuid()), "--gid", str(os.getegid())]
    for step in order.tree:
        if step.kind == "link":
            words += ["--symlink", step.source, step.target]
        elif step.kind == "write":
            size = str(order.limits.written_mib * 2**20)
            words += ["--perms", "1777", "--size", size, "--tmpfs", step.target]
        elif step.kind == "device":
            words += ["--dev-bind", step.source, step.target]
        elif step.kind == "read":
            words += ["--ro-bind", step.source, step.target]
        elif Path(step.target).is_dir():
            words += ["--size", "4096", "--tmpfs", step.target, "--remount-ro", step.target]
        else:
            words += ["--ro-bind", "/dev/null", step.target]
    return [*words, "--remount-ro", "/", "--chdir", order.folder, "--", *inside]
