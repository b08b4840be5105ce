"""The provider as a process: `python -m ultrastack.engine.rehearsal [ENGINE_ADDRESS]` prints its port and serves.

ULTRASTACK_REHEARSAL_ANSWERS   a file of recorded answers (answers.py)
ULTRASTACK_REHEARSAL_PLAIN=1   no autonames
ULTRASTACK_REHEARSAL_VERSION   the version of the provider it stands in for
"""

from __future__ import annotations

import contextlib
import os

from .answers import Answers
from .provider import Provider, serve


def main() -> None:
    env = os.environ
    answers = Answers.load(env.get("ULTRASTACK_REHEARSAL_ANSWERS", ""))
    plain = env.get("ULTRASTACK_REHEARSAL_PLAIN") == "1"
    server, port = serve(Provider(env.get("ULTRASTACK_REHEARSAL_VERSION", ""), answers, plain))
    print(port, flush=True)  # the first line of every plugin is its port
    with contextlib.suppress(KeyboardInterrupt):  # the engine interrupts its plugins when it is done
        server.wait_for_termination()


if __name__ == "__main__":
    main()
