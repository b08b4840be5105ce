"""Where is the user's own pulumi CLI, and how is it run?

A child that is not shown gets no terminal and a session of its own: Ctrl-C reaches us alone, and whoever stops waiting
ends every process of it (children.py). One that is shown (`shown=True`) keeps the terminal and its Ctrl-C: it may be
changing a real cloud, so it is never killed from here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...model.place import Place, Problem, Refused
from .children import end

BUILT = Path("tools", "pulumi-cli", "bin")
OLDEST = (3, 259, 0)  # the oldest that the project's tests run with; an older engine was never compared with ours
INSTALL = "https://www.pulumi.com/docs/install/"
LOG_SECONDS = 0.2  # between two looks at a growing event log

Event = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What the CLI said; empty where the terminal got it."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def find_cli(root: Path) -> Path:
    """A pulumi on PATH, else the one that the project's tools/pulumi-cli/build.sh made; raises Refused without one."""
    if found := shutil.which("pulumi"):
        return Path(found)
    built = root / BUILT
    if all((built / name).is_file() for name in ("pulumi", "pulumi-language-python")):
        return built / "pulumi"
    fix = f"install it ({INSTALL}) and put it on PATH"
    if (root / "tools" / "pulumi-cli" / "build.sh").is_file():
        fix += ", or build it with Go: tools/pulumi-cli/build.sh"
    raise Refused(Problem(Place("pulumi"), "there is no pulumi CLI: this runs the real engine", fix))


class Cli:
    """One pulumi. Nothing is added to `env`: what the child may see is the caller's decision."""

    def __init__(self, program: Path):
        self.program = program

    def version(self, env: Mapping[str, str]) -> tuple[int, ...]:
        """Raises Refused for one that is older than OLDEST, or that does not answer."""
        try:
            said = self.run("version", cwd=Path("/"), env=env).out.strip()
        except OSError as e:
            said = e.strerror or str(e)
        if not (found := re.match(r"v(\d+)\.(\d+)\.(\d+)", said)):
            what = f"`pulumi version` says {said[:80]!r}, which is no version"
            raise Refused(Problem(Place(str(self.program)), what, f"install pulumi again: {INSTALL}"))
        version = tuple(int(part) for part in found.groups())
        if version < OLDEST:
            needed = "v" + ".".join(map(str, OLDEST))
            what = f"pulumi {said} is too old: {needed} is the oldest whose order of operations is tested here"
            raise Refused(Problem(Place(str(self.program)), what, f"install {needed} or newer: {INSTALL}"))
        return version

    def run(self, *words: str, cwd: Path, env: Mapping[str, str]) -> Run:
        """`pulumi WORDS` without a terminal."""
        with self._started(words, cwd, env, shown=False) as child:
            out, err = child.communicate()
        return Run(child.returncode, out, err)

    def run_logged(
        self,
        *words: str,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        heard: Callable[[Event], None] | None = None,
        shown: bool = False,
    ) -> tuple[Run, list[Event]]:
        """The same for `preview`, `up`, `refresh` and `destroy`, with the engine's events in its order.

        `log` is written by the CLI and must not exist yet; `heard` gets each event as soon as it is there.
        """
        env = {**env, "PULUMI_DEBUG_COMMANDS": "true"}  # --event-log stands behind it
        with self._started((*words, "--event-log", str(log)), cwd, env, shown) as child:
            done = threading.Event()
            events: list[Event] = []
            reader = threading.Thread(target=_follow, args=(log, done, events, heard), daemon=True)
            reader.start()
            try:
                out, err = child.communicate()
            finally:
                done.set()
                reader.join()
        return Run(child.returncode, out or "", err or ""), events

    @contextmanager
    def _started(
        self, words: tuple[str, ...], cwd: Path, env: Mapping[str, str], shown: bool
    ) -> Iterator[subprocess.Popen[str]]:
        # before the words, which may end with `-- VALUE`
        plain = () if shown else ("--non-interactive", "--color", "never")
        pipe = None if shown else subprocess.PIPE
        child = subprocess.Popen(
            [str(self.program), *plain, *words],
            cwd=cwd,
            env=dict(env),
            stdin=None if shown else subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=not shown,
        )
        try:
            yield child
        finally:
            if shown:
                child.wait()
            else:
                end(child)


def _follow(log: Path, done: threading.Event, events: list[Event], heard: Callable[[Event], None] | None) -> None:
    """Whole lines only: the last one may still be growing."""
    position = 0
    while True:
        last = done.is_set()
        if log.exists():
            with log.open("rb") as file:
                file.seek(position)
                lines = file.read().splitlines(keepends=True)
            for line in lines:
                if not line.endswith(b"\n") and not last:
                    break
                position += len(line)
                if event := _event(line):
                    events.append(event)
                    if heard is not None:
                        heard(event)
        if last:
            return
        done.wait(LOG_SECONDS)


def _event(line: bytes) -> Event | None:
    try:
        found = json.loads(line)
    except ValueError:  # cut off by a full disk or a killed engine
        return None
    return found if isinstance(found, dict) else None


def minimal_path(cli: Path, *folders: Path) -> str:
    """A PATH of what is needed and nothing else."""
    own = dict.fromkeys((str(cli.parent), str(cli.resolve().parent)))  # its language hosts are beside it
    return os.pathsep.join([*own, *map(str, folders), "/usr/bin", "/bin"])
