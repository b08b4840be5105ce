"""What does a comment on 5,000 changes take, against running the two programs that it compares?"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.cli.pull_request import commit, git
from ultrastack.report.review_markdown import LIMIT

ROOT = Path(__file__).parents[1]
RESOURCES, PAIRS = 5000, 3
MOST_RATIO = 1.5  # of the two captures
PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
from bench.engine_scale import estate
import pulumi_aws as aws
import pulumi

def changed(args):
    tags = args.props.get("tags")
    return pulumi.ResourceTransformResult({{**args.props, "tags": {{**(tags or {{}}), "owner": {owner!r}}}}}, args.opts)

pulumi.runtime.register_stack_transformation(changed)
estate({count})
"""
CAPTURE = """\
import sys, time
from pathlib import Path
start = time.monotonic()
from ultrastack.planner.many import plan_one
one = plan_one(Path(sys.argv[1]), "dev", [])
assert one.plan is not None, one
print(len(one.plan.graph.resources), time.monotonic() - start)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "it"
        for owner in ("platform", "research"):
            program = PROGRAM.format(root=str(ROOT), owner=owner, count=RESOURCES)
            commit(root, {"Pulumi.yaml": "name: p\nruntime: python\n", "__main__.py": program}, owner)
        ratios, last = [], ""
        for turn in range(PAIRS):
            captures = []
            for revision in ("main~1", "main"):
                git(root, "checkout", "-q", revision)
                captures.append(_capture(root))
            whole, size = _diff(root, Path(folder) / f"cache-{turn}")
            ratios.append(whole / sum(captures))
            last = f"{whole:.1f} s against {sum(captures):.1f} s, {size:,} characters of {LIMIT:,}"
    ratio = statistics.median(ratios)
    print(
        f"comment on {RESOURCES:,} resources that all change: {ratio:.2f} of two captures (limit {MOST_RATIO}); {last}"
    )


def _capture(root: Path) -> float:
    done = subprocess.run([sys.executable, "-c", CAPTURE, str(root)], capture_output=True, check=True, text=True)
    return float(done.stdout.split()[-1])


def _diff(root: Path, cache: Path) -> tuple[float, int]:
    """Both sides, comparison, rules and comment, with nothing kept from before."""
    start = time.monotonic()
    command = [str(Path(sys.executable).parent / "ultrastack"), "-C", str(root), "diff", "dev", "--against", "HEAD~1"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [*command, "--format", "markdown"], env=environment, capture_output=True, check=False, text=True
    )
    took = time.monotonic() - start
    assert done.returncode in (0, 1), done.stderr
    assert len(done.stdout) <= LIMIT, len(done.stdout)
    return took, len(done.stdout)


if __name__ == "__main__":
    main()
