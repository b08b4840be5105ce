"""What came of planning a stack at a commit, kept: the same files and the same packages give the same plan.

The key holds all that a plan is made of: what git calls the content of the project's folder, the stack and what was set
for it, the installed packages and the toolkit itself, and the stack's config where git does not keep it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

from ultrastack.model.estate import StackPlan

from .answer import read, write

VERSION = 1  # raised when a plan is made, or written, in another way
KEPT = 200  # plans; of the one that was used longest ago the place is taken


def folder() -> Path:
    """Where the user's machine keeps what can be made again (the XDG base directory specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ultrastack" / "plans"


def key(tree: str, stack: str, overrides: Sequence[str], more: Sequence[str] = ()) -> str:
    """`more`: whatever else the plan is made of, such as config that git does not keep."""
    words = [VERSION, tree, stack, list(overrides), list(more), sys.version, _packages(), _toolkit()]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def kept(name: str) -> StackPlan | None:
    """None for what is not there, or cannot be read: it is made again."""
    file = folder() / f"{name}.json"
    try:
        found = read(file.read_bytes())
        os.utime(file)
    except (OSError, ValueError):
        return None
    return found


def keep(name: str, plan: StackPlan) -> None:
    """Whole or not at all; a folder that cannot be written is no reason to fail.

    A failure is not kept: it may have been the machine's, such as too little time beside others.
    """
    if plan.failed:
        return
    with contextlib.suppress(OSError):
        where = folder()
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=where, suffix=".new", delete=False, encoding="utf-8") as file:
            file.write(write(plan))
        Path(file.name).replace(where / f"{name}.json")
        for old in sorted(where.glob("*.json"), key=lambda one: -one.stat().st_mtime)[KEPT:]:
            old.unlink(missing_ok=True)


@cache
def _packages() -> list[str]:
    """Every installed package with its version: a program may use any of them."""
    return sorted({f"{one.name} {one.version}" for one in metadata.distributions()})


@cache
def _toolkit() -> str:
    """Our own files, which change between two versions while somebody works on them."""
    found = hashlib.sha256()
    top = Path(__file__).resolve().parents[1]
    folders = [top, top.parent / "components"] if (top.parent / "components").is_dir() else [top]
    for file in sorted(f for where in folders for f in where.rglob("*") if f.suffix in (".py", ".csv", ".yaml", ".sh")):
        about = file.stat()
        found.update(f"{file} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()
