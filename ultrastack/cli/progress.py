"""Is anything happening? One line on stderr once something takes over a second, gone when it is done."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0


@contextmanager
def progress(what: str | Callable[[], str]) -> Iterator[None]:
    """Silent in pipes and CI: only a terminal can take a line back. `what` may be asked anew for each."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str | Callable[[], str], done: threading.Event) -> None:
    start = time.monotonic()
    wait, shown = PATIENCE_SECONDS, False
    while not done.wait(wait):
        said = what if isinstance(what, str) else what()
        sys.stderr.write(f"\r{said} … {time.monotonic() - start:.0f} s")
        sys.stderr.flush()
        wait, shown = 0.5, True
    if shown:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
