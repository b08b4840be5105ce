"""Where does a child write that has no file tree of its own? A private folder on disk, and how it is removed."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

MANY = 20_000  # files: as in the trees that we make
FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def scratch(user: int) -> Iterator[Path]:
    """Gone afterwards, whatever the child made of it: what cannot be read, links that lead out, very deep folders."""
    folder = Path(tempfile.mkdtemp(prefix="ultrastack-confined-"))
    try:
        if user >= 0:
            os.chown(folder, user, user)
        yield folder
    finally:
        remove(folder)


def held_by(folder: Path, enough: int) -> int:
    """Bytes on disk below it, by names; `enough` for what cannot be counted: very many files, or very deep folders."""
    total = count = 0
    waiting = [str(folder)]
    while waiting and total < enough:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > MANY:
                        return enough
                    with contextlib.suppress(FileNotFoundError):
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):  # gone in between
            continue
        except OSError:
            return enough
    return total


def remove(folder: Path) -> None:
    """If it is there. Never by a path, never deep: a folder's folders are moved up to the top before it is removed."""
    with contextlib.suppress(FileNotFoundError), ExitStack() as stack:
        above = os.open(folder.parent, os.O_PATH | FOLDER)
        stack.callback(os.close, above)
        top = _opened(folder.name, above)
        stack.callback(os.close, top)
        unique, moved = secrets.token_hex(8), 0
        while names := os.listdir(top):  # noqa: PTH208 (by descriptor)
            for name in names:
                if not _is_folder(name, top):
                    os.unlink(name, dir_fd=top)
                    continue
                below = _opened(name, top)
                for inner in os.listdir(below):  # noqa: PTH208
                    if _is_folder(inner, below):
                        os.close(_opened(inner, below))  # moving a folder writes into it
                        moved += 1
                        os.rename(inner, f"{unique}-{moved}", src_dir_fd=below, dst_dir_fd=top)
                    else:
                        os.unlink(inner, dir_fd=below)
                os.close(below)
                os.rmdir(name, dir_fd=top)
        os.rmdir(folder.name, dir_fd=above)


def _is_folder(name: str, at: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode)


def _opened(name: str, at: int) -> int:
    """A folder, however it was closed; never what a link leads to."""
    path = os.open(name, os.O_PATH | FOLDER, dir_fd=at)
    try:
        os.chmod(f"/proc/self/fd/{path}", 0o700)  # noqa: PTH101 (by descriptor)
    finally:
        os.close(path)
    return os.open(name, os.O_RDONLY | FOLDER, dir_fd=at)
