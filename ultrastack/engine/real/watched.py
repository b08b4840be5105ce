"""How is `pulumi up` run where somebody watches? It keeps the terminal, and only Pulumi decides when it ends.

Ctrl-C in a terminal reaches Pulumi by itself: the first one cancels, the second one kills, as without us. We only wait.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from .cli import Cli, Event


class Watched(Cli):
    """A CLI whose events are looked at while it runs, and which is asked to cancel when one must not be."""

    def __init__(self, program: Path):
        super().__init__(program)
        self.child: subprocess.Popen[str] | None = None

    def run_watched(
        self, *words: str, cwd: Path, env: Mapping[str, str], log: Path, allowed: Callable[[Event], bool]
    ) -> tuple[int, list[Event], Event | None]:
        """The exit code, all events, and the event that was not allowed: Pulumi is asked once to cancel then.

        It finishes what it has begun, so what such an event tells of may happen all the same.
        """
        first: list[Event] = []

        def heard(event: Event) -> None:
            if not first and not allowed(event):
                first.append(event)
                self.cancel()

        with self._passed_on():
            run, events = self.run_logged(*words, cwd=cwd, env=env, log=log, heard=heard, shown=True)
        return run.code, events, first[0] if first else None

    def cancel(self, number: int = signal.SIGINT) -> None:
        """What Ctrl-C does: Pulumi v3.259 listens to SIGINT and SIGTERM (pkg/backend/cancellation_scope.go)."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                self.child.send_signal(number)

    @contextmanager
    def _started(
        self, words: tuple[str, ...], cwd: Path, env: Mapping[str, str], shown: bool
    ) -> Iterator[subprocess.Popen[str]]:
        with super()._started(words, cwd, env, shown) as self.child:
            yield self.child
        self.child = None

    @contextmanager
    def _passed_on(self) -> Iterator[None]:
        """A handler, and not SIG_IGN: the child would inherit that."""
        if threading.current_thread() is not threading.main_thread():  # only the main thread hears signals
            yield
            return
        terminal = sys.stdin.isatty()  # it sends Ctrl-C to both

        def pass_on(number: int, _frame: FrameType | None) -> None:
            if number == signal.SIGTERM or (number == signal.SIGINT and not terminal):
                self.cancel(number)

        before = {one: signal.signal(one, pass_on) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
