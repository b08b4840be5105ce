"""How long does one command take from a cold start, against what it cannot avoid: importing the providers' modules?"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).with_name("ultrastack"))

_USED = """
import contextlib, io, json, sys
from ultrastack.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    sys.argv = ["ultrastack", "plan", "prod"]
    main()
print(json.dumps(sorted(m for m in sys.modules if m.split(".")[0] in ("pulumi", "pulumi_aws", "pulumi_gcp"))))
"""


def modules_of(stack: str) -> list[str]:
    """The modules of Pulumi and its providers that a plan of this stack loads."""
    code = _USED.replace('"prod"', json.dumps(stack))
    return json.loads(subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True).stdout)


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def paired(a: list[str], b: list[str], pairs: int = 7) -> tuple[float, float, float]:
    """Median seconds of a and of b, run in turn after one warm-up each, and the median of the ratios a/b."""
    seconds(a), seconds(b)
    runs = [(seconds(a), seconds(b)) for _ in range(pairs)]
    return (
        statistics.median(x for x, _ in runs),
        statistics.median(y for _, y in runs),
        statistics.median(x / y for x, y in runs),
    )


def main() -> None:
    bare = [sys.executable, "-c", "import " + ", ".join(modules_of("prod"))]
    plan, imported, ratio = paired([COMMAND, "plan", "prod"], bare)
    print(f"plan prod        {plan:6.2f} s   bare import {imported:.2f} s   ratio {ratio:.2f} (at most 1.6)")
    empty = [sys.executable, "-c", "pass"]
    shown, started, ratio = paired([COMMAND, "--help"], empty)
    print(f"--help           {shown:6.3f} s   python      {started:.3f} s   ratio {ratio:.1f} (at most 0.15 s)")


if __name__ == "__main__":
    main()
