"""What does importing cost, by module of the clouds' SDKs: whole, and only what our components name of it?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 3

_ROOTS = """
import time
start = time.process_time()
import {name}
print(time.process_time() - start)
"""
# As in a run of ours, garbage collection pauses: the first resource would otherwise pay for what was loaded before it.
_SERVICE = """
import gc, time
{lazy}
import pulumi
import {sdk} as sdk
gc.disable()
start = time.process_time()
for name in {names}:
    getattr(sdk.{service}, name)
print(time.process_time() - start)
"""


def named() -> dict[tuple[str, str], set[str]]:
    """SDK and service -> the resources and functions that our components name."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in ROOT.glob("components/**/*.py"):
        for cloud, service, name in re.findall(r"\b(aws|gcp)\.([a-z0-9]+)\.([A-Z]\w+|get_\w+)", file.read_text()):
            if (folder(f"pulumi_{cloud}") / service).is_dir():
                found[f"pulumi_{cloud}", service].add(name)
    return dict(found)


def folder(sdk: str) -> Path:
    spec = find_spec(sdk)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def least(code: str) -> float:
    """Seconds of the processor, as the program prints them: the least of some runs, after one that compiles."""
    command = [sys.executable, "-c", code]
    outputs = [subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout for _ in range(RUNS + 1)]
    return min(float(one.split()[-1]) for one in outputs[1:])


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        print(f"{'module':24}{'files':>6}{'MB':>6}{'whole':>9}{'lazy':>9}   names")
        for name in ("pulumi", "pulumi_aws", "pulumi_gcp"):
            print(f"{name:24}{'':12}{least(_ROOTS.format(name=name)):7.3f} s")
        both = [0.0, 0.0]
        for (sdk, service), names in sorted(named().items()):
            files = list((folder(sdk) / service).glob("*.py"))
            size = sum(file.stat().st_size for file in files) / 1e6
            program = {"sdk": sdk, "service": service, "names": sorted(names)}
            whole = least(_SERVICE.format(lazy="", **program))
            lazy = least(
                _SERVICE.format(lazy="from ultrastack.language import lazy_sdk; lazy_sdk.install()", **program)
            )
            both = [both[0] + whole, both[1] + lazy]
            print(
                f"{sdk}.{service:<13}{len(files):6d}{size:6.1f}{whole:7.3f} s{lazy:7.3f} s{len(names):8d}", flush=True
            )
        print(f"{'all services':36}{both[0]:7.3f} s{both[1]:7.3f} s")


if __name__ == "__main__":
    main()
