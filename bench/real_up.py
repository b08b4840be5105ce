"""How long does `up` of many resources take on the real engine, and whose time is it? `plan` beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.real_preview import COMMAND, EACH, STACK
from tests.engine.real_cli import Project, copy_of_repository, find_cli

SIZES = (1000, 4000)
EACH_CHANGE = (250, 1000)  # with the state written at each change, as Pulumi does: the square of the size
ONCE = {"PULUMI_SKIP_CHECKPOINTS": "true"}  # the state is written at the end alone: shows all the rest
LOOK_SECONDS = 0.1  # between two looks at the processes: what one does in its last such moment is not counted
TICKS = os.sysconf("SC_CLK_TCK")
SIDES = {  # part of a command line -> whose process it is; the first that fits
    "ultrastack.engine.rehearsal": "provider",
    "pulumi-language-python-exec": "program",
    "ultrastack": "plan",
    "pulumi": "engine",  # its language host with it
}


class Watched:
    """Seconds of the processor and peak memory of a process and all below it, by side."""

    def __init__(self, words: list[str], cwd: Path, env: dict[str, str] | None):
        self.seconds: dict[int, float] = {}
        self.mib: dict[int, float] = {}
        self.side: dict[int, str] = {}
        start = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            while process.poll() is None:
                self._look(process.pid)
                time.sleep(LOOK_SECONDS)
            if process.returncode:
                said.seek(0)
                sys.exit(f"{' '.join(words)} ended with {process.returncode}\n{said.read().decode()[-2000:]}")
        self.wall = time.perf_counter() - start

    def _look(self, top: int) -> None:
        for pid in _below(top):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:  # it has just ended
                continue
            if not words or "VmHWM:" not in status:  # ended, and not yet waited for
                continue
            self.side[pid] = next((side for part, side in SIDES.items() if part in words), "other")
            self.seconds[pid] = (int(fields[11]) + int(fields[12])) / TICKS
            self.mib[pid] = int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def cpu(self, side: str = "") -> float:
        return sum(s for pid, s in self.seconds.items() if side in ("", self.side[pid]))

    def peak(self, side: str) -> float:
        return max((m for pid, m in self.mib.items() if self.side[pid] == side), default=0)


def _below(top: int) -> list[int]:
    found = [top]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def up(project: Project, stack: str, *words: str) -> Watched:
    command = [str(project.cli), "--non-interactive", "--color", "never", "up", "--yes", "--skip-preview"]
    return Watched([*command, "--stack", stack, *words], project.folder, project.env())


def shown(what: str, one: Watched, count: int) -> str:
    sides = [s for s in dict.fromkeys(SIDES.values()) if one.cpu(s)]
    parts = "   ".join(f"{s} {one.cpu(s):.1f} s {one.peak(s):.0f} MiB" for s in sides)
    return f"{what:22s} {count:5d} resources   {one.wall:6.1f} s   processor {one.cpu():.1f} s: {parts}"


def main() -> None:
    cli = find_cli()
    if cli is None:
        print("no pulumi on PATH and none built by `make cli`: nothing to measure")
        return
    each: dict[str, list[float]] = {}
    for size in EACH_CHANGE:
        with tempfile.TemporaryDirectory() as folder:
            project = _project(cli, Path(folder), size)
            _say("up", up(project, "scale"), project, each)
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            project = _project(cli, Path(folder), size)
            project.extra_env |= ONCE
            _say("up, state written once", up(project, "scale"), project, each)
            _say("up, nothing changed", up(project, "scale"), project, each)
            _say("plan", Watched([COMMAND, "plan", "scale"], project.folder, None), project, each)
    for what, (small, large) in each.items():
        print(
            f"{what:22s} per resource {1000 * large:.1f} ms against {1000 * small:.1f} ms   ratio {large / small:.2f}"
        )


def _project(cli: Path, folder: Path, size: int) -> Project:
    project = copy_of_repository(cli, folder, {"scale": STACK.format(rounds=size // EACH)})
    project.init("scale")
    return project


def _say(what: str, one: Watched, project: Project, each: dict[str, list[float]]) -> None:
    count = len(project.resources("scale"))
    print(shown(what, one, count), flush=True)
    each.setdefault(what, []).append(one.cpu() / count)


if __name__ == "__main__":
    main()
