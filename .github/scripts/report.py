"""Is what a preview left behind a report of ours, and nothing else? It is read as text, never unpacked, never run."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from api import Problem

MARKER = "<!-- ultrastack -->"
FILE = "comment.md"
ARCHIVE = 64 * 1024 * 1024  # bytes of the whole artifact; the HTML page is the big one
TEXT = 1024 * 1024  # bytes of the comment; 65,536 characters have at most a quarter of it
ENTRIES = 50
# a comment has no use for control and bidirectional characters: a report of ours has escaped them
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# https://docs.gitlab.com/user/project/quick_actions: a line of a note that begins so is done, not shown
_QUICK_ACTION = re.compile(r"^(\s*)/(?=\S)", re.MULTILINE)


class NotOurs(Problem):
    """What lies there was not made by our preview, or not as we make it."""


def from_archive(archive: bytes) -> str:
    """The comment in an artifact."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return text(_member(opened))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as e:
        raise NotOurs("the artifact is no archive that can be read") from e


def _member(archive: zipfile.ZipFile) -> bytes:
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise NotOurs(f"the artifact has {len(entries):,} files")
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename)
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise NotOurs("the artifact has a file that would lie outside of it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NotOurs("the artifact has a link in it")
    found = [entry for entry in entries if entry.filename == FILE]
    if len(found) != 1:
        raise NotOurs(f"the artifact has {len(found) or 'no'} {FILE}")
    with archive.open(found[0]) as opened:  # what its header says of the size is not asked
        return opened.read(TEXT + 1)


def text(content: bytes) -> str:
    """The comment itself."""
    if len(content) > TEXT:
        raise NotOurs(f"{FILE} has more than {TEXT:,} bytes")
    try:
        found = content.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotOurs(f"{FILE} is not UTF-8") from e
    found = found.replace("\r\n", "\n")
    if found.partition("\n")[0].rstrip() != MARKER:
        raise NotOurs(f"{FILE} does not begin with the line {MARKER}")
    if _HIDDEN.search(found) or "\r" in found:
        raise NotOurs(f"{FILE} holds control characters")
    return found


def without_quick_actions(found: str) -> str:
    r"""For GitLab: `/merge` at the beginning of a line becomes `\/merge`, which looks the same and does nothing."""
    return _QUICK_ACTION.sub(r"\1\\/", found)


def shortened(found: str, pointer: str) -> str:
    """The verdict, and where the rest is."""
    lines = (line.strip() for line in found.splitlines()[1:])
    verdict = next((line for line in lines if line), "")[:2000]
    return f"{MARKER}\n{verdict}\n\n{pointer}\n"
