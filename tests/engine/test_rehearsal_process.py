"""The stand-in provider as a process: it leaves nothing behind when its engine is killed."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import time


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_the_provider_ends_when_its_engine_is_killed() -> None:
    command = f"{shlex.quote(sys.executable)} -m ultrastack.engine.rehearsal; true"  # `; true`: the shell stays
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        port = int(engine.stdout.readline())
        assert listens(port)
        engine.kill()
        until = time.monotonic() + 30  # it looks once a second; the machine may be busy
        while listens(port) and time.monotonic() < until:
            time.sleep(0.05)
        assert not listens(port)
