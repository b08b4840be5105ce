"""The stand-in provider, with a pause before and after each operation, so that a crash meets it at any point of one.

CRASH_PAUSE_SECONDS   how long; 0 if it is not set
CRASH_ON              the name of a resource: once the cloud has made it, the engine is killed and never hears of it
CRASH_VICTIM=provider the provider alone dies then
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from ultrastack.engine.rehearsal.__main__ import main
from ultrastack.engine.rehearsal.provider import Provider

Call = Callable[[Provider, Any, Any], Any]
PAUSE = float(os.environ.get("CRASH_PAUSE_SECONDS", "0"))
ON = os.environ.get("CRASH_ON")


def slowly(call: Call) -> Call:
    def answer(self: Provider, request: Any, context: Any) -> Any:
        if getattr(request, "preview", False):
            return call(self, request, context)
        time.sleep(PAUSE)
        answered = call(self, request, context)
        if ON and request.urn.endswith(f"::{ON}"):
            if os.environ.get("CRASH_VICTIM") != "provider":
                os.kill(os.getppid(), signal.SIGKILL)
            os._exit(1)
        time.sleep(PAUSE)
        return answered

    return answer


if __name__ == "__main__":
    for name in ("Create", "Update", "Delete"):
        setattr(Provider, name, slowly(getattr(Provider, name)))
    main()
