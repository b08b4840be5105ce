"""The provider as a process: `python -m ultrastack.engine.rehearsal [ENGINE_ADDRESS]` prints its port and serves.

ULTRASTACK_REHEARSAL_ANSWERS   a file of recorded answers (answers.py)
ULTRASTACK_REHEARSAL_CLOUD     a folder that remembers what was made (cloud.py); without it nothing is remembered
ULTRASTACK_REHEARSAL_COUNT     a file, for FAIL_AT, in which all providers of a run count their operations together
ULTRASTACK_REHEARSAL_FAIL_AT   the number of the create, update or delete that fails, from 1
ULTRASTACK_REHEARSAL_PLAIN=1   no Check: no autonames, no defaults, nothing refused
ULTRASTACK_REHEARSAL_VERSION   the version of the provider it stands in for
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from .answers import Answers
from .cloud import Cloud
from .engine_log import warn_nobody, warn_through
from .failing import FailAt
from .provider import Provider, serve


def main() -> None:
    engine = os.getppid()  # now: once it knows our port, it may be killed at any moment
    env = os.environ
    answers = Answers.load(env.get("ULTRASTACK_REHEARSAL_ANSWERS", ""))
    plain = env.get("ULTRASTACK_REHEARSAL_PLAIN") == "1"
    cloud = Cloud(Path(folder)) if (folder := env.get("ULTRASTACK_REHEARSAL_CLOUD")) else None
    number = env.get("ULTRASTACK_REHEARSAL_FAIL_AT")
    fail_at = FailAt(int(number), Path(env["ULTRASTACK_REHEARSAL_COUNT"])) if number else None
    version = env.get("ULTRASTACK_REHEARSAL_VERSION", "")
    warn = warn_through(sys.argv[1]) if len(sys.argv) > 1 else warn_nobody
    server, port = serve(Provider(version, answers, plain, cloud, fail_at, warn))
    print(port, flush=True)  # the first line of every plugin is its port
    with contextlib.suppress(KeyboardInterrupt):  # the engine interrupts its plugins when it is done
        while server.wait_for_termination(timeout=1) and os.getppid() == engine:  # and cannot when it was killed
            pass


if __name__ == "__main__":
    main()
