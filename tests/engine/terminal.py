"""How does a test sit before a terminal? A pty, words that are waited for, and keys."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .real_cli import ROOT, Project, Run

WAIT_SECONDS = 120.0  # a busy machine; a test that fails waits so long, one that passes never


class Terminal:
    """`ultrastack WORDS` in a pty of its own, so that Ctrl-C is a key and not a signal of the test."""

    def __init__(self, project: Project, words: tuple[str, ...]):
        self.screen = ""
        self.code: int | None = None
        self.pid, self.fd = pty.fork()
        if not self.pid:  # the child: a session with this terminal
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever started the tests may ignore it
            os.chdir(project.folder)
            os.execve(sys.executable, [sys.executable, "-m", "ultrastack.cli", *words], environment(project))

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while text not in self.screen:
            if time.monotonic() > end or not self._more(1.0):
                raise AssertionError(f"{text!r} never came; the screen:\n{self.screen}")

    def type(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def interrupt(self) -> int:
        """Ctrl-C at a question, until it is heard; the exit code.

        Between the prompt and the read that waits for the answer, CPython's input() hears of it with the next key only.
        """
        end = time.monotonic() + WAIT_SECONDS
        while True:
            self.type("\x03")
            heard = time.monotonic() + 2.0
            while time.monotonic() < heard:
                if not self._more(0.2):
                    return self.ended()
            assert time.monotonic() < end, f"it does not end; the screen:\n{self.screen}"

    def ended(self) -> int:
        """The exit code, once everything has been shown."""
        end = time.monotonic() + WAIT_SECONDS
        while self._more(1.0):
            assert time.monotonic() < end, f"it does not end; the screen:\n{self.screen}"
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code

    def _more(self, seconds: float) -> bool:
        """False at the end of what is shown."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            read = os.read(self.fd, 65536)
        except OSError:  # how Linux says that nobody has the terminal any more
            return False
        self.screen += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)

    def close(self) -> None:
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
        os.close(self.fd)


@contextmanager
def terminal(project: Project, *words: str) -> Iterator[Terminal]:
    opened = Terminal(project, words)
    try:
        yield opened
    finally:
        opened.close()


def without_terminal(project: Project, *words: str) -> Run:
    """The same in a pipe, as in CI."""
    done = subprocess.run(
        [sys.executable, "-m", "ultrastack.cli", *words],
        cwd=project.folder,
        env=environment(project),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def environment(project: Project) -> dict[str, str]:
    """A folder for temporary files of the project's own, so that a test sees what is left behind."""
    left = project.home / "tmp"
    left.mkdir(parents=True, exist_ok=True)
    return {**project.env(), "PYTHONPATH": str(ROOT), "TMPDIR": str(left), "TERM": "xterm", "COLUMNS": "120"}
