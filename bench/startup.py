"""How long does one command take from a cold start, against what it cannot avoid: importing the providers' modules?"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ultrastack.language.lazy_sdk import SWITCH

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).with_name("ultrastack"))
ORDINARY = {SWITCH: "0"}

_USED = """
import contextlib, io, json, sys
from ultrastack.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    sys.argv = ["ultrastack", "plan", "prod"]
    main()
print(json.dumps(sorted(m for m in sys.modules if m.split(".")[0] in ("pulumi", "pulumi_aws", "pulumi_gcp"))))
"""
# A service whose SDK was imported only stands in sys.modules; it becomes lazy when something is asked of it.
_LAZY = """
import sys
from ultrastack.language import lazy_sdk
lazy_sdk.install()
import pulumi_aws, pulumi_gcp
for name in {services}:
    hasattr(sys.modules[name], "__version__")
import {modules}
"""


def modules_of(stack: str, environment: Mapping[str, str] = {}) -> list[str]:  # noqa: B006
    """The modules of Pulumi and its providers that a plan of this stack loads."""
    code = _USED.replace('"prod"', json.dumps(stack))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, env={**os.environ, **environment}
    )
    # what only stands in sys.modules, as every service does once its SDK is imported, is not loaded
    return [name for name in json.loads(done.stdout) if name.count(".") != 1 or name.startswith("pulumi.")]


def seconds(command: list[str], environment: Mapping[str, str]) -> float:
    """Of the processor: nothing here waits, and what else the machine does is no part of a ratio."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **environment}, **silent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paired(
    a: list[str],
    b: list[str],
    pairs: int = 5,
    a_in: Mapping[str, str] = {},
    b_in: Mapping[str, str] = {},  # noqa: B006
) -> tuple[float, float, float]:
    """Median seconds of a and of b, run in turn after one warm-up each, and the median of the ratios a/b."""
    seconds(a, a_in), seconds(b, b_in)
    runs = [(seconds(a, a_in), seconds(b, b_in)) for _ in range(pairs)]
    return (
        statistics.median(x for x, _ in runs),
        statistics.median(y for _, y in runs),
        statistics.median(x / y for x, y in runs),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:  # byte code of our own: whether the environment has any is chance
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        command = [COMMAND, "plan", "prod"]
        bare = [sys.executable, "-c", "import " + ", ".join(modules_of("prod", ORDINARY))]
        used = modules_of("prod")
        services = sorted({name.rpartition(".")[0] for name in used if name.count(".") == 2 and "pulumi." not in name})
        lazy = [sys.executable, "-c", _LAZY.format(services=services, modules=", ".join(used))]
        plan, imported, ratio = paired(command, bare)
        print(f"plan prod        {plan:6.2f} s   bare import {imported:.2f} s   ratio {ratio:.2f} (at most 1.6)")
        plan, imported, ratio = paired(command, bare, a_in=ORDINARY)
        print(f"... not lazy     {plan:6.2f} s   bare import {imported:.2f} s   ratio {ratio:.2f}")
        less, imported, ratio = paired(lazy, bare)
        print(f"lazy import      {less:6.2f} s   bare import {imported:.2f} s   ratio {ratio:.2f}")
        shown, started, ratio = paired([COMMAND, "--help"], [sys.executable, "-c", "pass"])
        print(f"--help           {shown:6.3f} s   python      {started:.3f} s   ratio {ratio:.1f} (at most 0.15 s)")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    plan, whole, ratio = paired(command, command, pairs=1, b_in=ORDINARY)
    print(f"nothing compiled {plan:6.2f} s   not lazy    {whole:.2f} s   ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
