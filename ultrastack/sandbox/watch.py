"""How is a child heard without end of patience or memory? Its pipes, the clock, what it uses, and its end."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Literal

from .limits import Limits
from .processes import descendants, memory_of

Why = Literal["", "time", "output", "memory", "files"]
LAST_WORDS = 4096  # bytes of stderr
LOOK_SECONDS = 0.1
AT_ONCE = 2**16  # bytes, what a pipe holds by default: pipe(7)
DRAIN_SECONDS = 2.0  # after its end, when nobody else is left to write


@dataclass
class Heard:
    output: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)  # the last of it
    errors_total: int = 0
    said: bytearray = field(default_factory=bytearray)  # on the status pipe
    why: Why = ""


def watch(
    child: subprocess.Popen[bytes], status: int, stdin: bytes, limits: Limits, written: Callable[[], bool]
) -> Heard:
    """Until it has ended by itself, or must end: then says why. `written` tells whether it has written too much."""
    heard = Heard()
    assert child.stdin and child.stdout and child.stderr
    until = time.monotonic() + limits.seconds
    looked = time.monotonic()
    left = memoryview(stdin)
    with selectors.DefaultSelector() as selector:
        for stream in (child.stdout, child.stderr, child.stdin):
            os.set_blocking(stream.fileno(), False)
        selector.register(child.stdout, selectors.EVENT_READ, heard.output)
        selector.register(child.stderr, selectors.EVENT_READ, heard.errors)
        selector.register(status, selectors.EVENT_READ, heard.said)
        left = _write(child.stdin, left)
        if left:
            selector.register(child.stdin, selectors.EVENT_WRITE, None)
        ended = False
        while not heard.why and (selector.get_map() or not ended):
            for key, _ in selector.select(LOOK_SECONDS / 2):
                if key.data is None:
                    left = _write(child.stdin, left)
                    if not left:
                        selector.unregister(child.stdin)
                elif not _read(key.fd, key.data, heard):
                    selector.unregister(key.fileobj)
            if len(heard.output) > limits.output_bytes or heard.errors_total > limits.output_bytes:
                heard.why = "output"
            now = time.monotonic()
            if not ended and child.poll() is not None:
                ended, until = True, min(until, now + DRAIN_SECONDS)
                if not child.stdin.closed and child.stdin in selector.get_map():
                    selector.unregister(child.stdin)
            if now > until:
                heard.why = "" if ended else "time"
                break
            if not ended and now - looked > LOOK_SECONDS:
                heard.why = heard.why or _used(child.pid, limits, written)
                looked = time.monotonic()
    del heard.output[limits.output_bytes :]
    return heard


def _write(stream: IO[bytes], left: memoryview) -> memoryview:
    """As much as it takes now; closed when there is no more to say, or nobody to hear it."""
    try:
        while left:
            left = left[os.write(stream.fileno(), left[:AT_ONCE]) :]
    except BlockingIOError:
        return left
    except OSError:
        left = left[:0]
    with contextlib.suppress(OSError):
        stream.close()
    return left


def _read(descriptor: int, into: bytearray, heard: Heard) -> bool:
    """False at the end."""
    try:
        part = os.read(descriptor, AT_ONCE)
    except BlockingIOError:
        return True
    into += part
    if into is heard.errors:
        heard.errors_total += len(part)
        del into[:-LAST_WORDS]
    return bool(part)


def _used(pid: int, limits: Limits, written: Callable[[], bool]) -> Why:
    most = limits.memory_mib * 2**20
    if memory_of(descendants(pid), most) > most:
        return "memory"
    return "files" if written() else ""
