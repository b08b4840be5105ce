"""How is a child heard without end of patience or memory? Its pipes, the clock, what it uses, and its end."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

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
    heard, ended = Heard(), False
    looked = time.monotonic()
    until = looked + limits.seconds
    with selectors.DefaultSelector() as selector:
        _listen(selector, child, status, stdin, heard)
        while not heard.why and (selector.get_map() or not ended):
            for key, _ in selector.select(LOOK_SECONDS / 2):
                if not key.data():
                    selector.unregister(key.fileobj)
                    if child.stdin and key.fileobj is child.stdin:
                        child.stdin.close()  # the child may be waiting for the end
            now = time.monotonic()
            if not ended and child.poll() is not None:
                ended, until = True, min(until, now + DRAIN_SECONDS)
            if max(len(heard.output), heard.errors_total) > limits.output_bytes:
                heard.why = "output"
            elif now > until:
                heard.why = "" if ended else "time"
                break
            elif not ended and now - looked > LOOK_SECONDS:
                heard.why = _used(child.pid, limits, written)
                looked = time.monotonic()
    del heard.output[limits.output_bytes :]
    return heard


def _listen(
    selector: selectors.BaseSelector, child: subprocess.Popen[bytes], status: int, stdin: bytes, heard: Heard
) -> None:
    """With each pipe what to do when it is ready, which answers whether there is more to come."""
    assert child.stdin and child.stdout and child.stderr
    for stream in (child.stdin, child.stdout, child.stderr):
        os.set_blocking(stream.fileno(), False)
    selector.register(child.stdin, selectors.EVENT_WRITE, _writer(child.stdin.fileno(), stdin))
    for readable, into in ((child.stdout, heard.output), (child.stderr, heard.errors), (status, heard.said)):
        descriptor = readable if isinstance(readable, int) else readable.fileno()
        selector.register(readable, selectors.EVENT_READ, partial(_read, descriptor, into, heard))


def _writer(descriptor: int, stdin: bytes) -> Callable[[], bool]:
    left = memoryview(stdin)

    def write() -> bool:
        """As much as it takes now; no more if there is no more to say, or nobody to hear it."""
        nonlocal left
        try:
            while left:
                left = left[os.write(descriptor, left[:AT_ONCE]) :]
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    return write


def _read(descriptor: int, into: bytearray, heard: Heard) -> bool:
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
