"""Inside the sandbox: plans one stack of the folder it stands in, or names its stacks, and says so as JSON.

Run as `python -I -m ultrastack.planner.confined_child`: nothing of the folder is on the path until its program runs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """The question comes by stdin; the answer goes to what was stdout. What the program prints goes nowhere."""
    asked = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    answer.write(_answered(asked))
    answer.close()
    os._exit(0)  # a program may have left threads behind


def _answered(asked: dict[str, Any]) -> str:
    if "stack" not in asked:
        from ultrastack.language.stacks import stacks

        return json.dumps(stacks(Path.cwd()))
    from .answer import write
    from .many import plan_one

    return write(plan_one(Path.cwd(), asked["stack"], asked["overrides"]))


if __name__ == "__main__":
    main()
