"""Before anybody pays: what does a change of the shipped `prod` take away?"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .real_cli import Project
from .real_shape import as_real
from .rehearsals import COMMAND, environment

pytestmark = pytest.mark.engine

STATE = "export.json"


@pytest.fixture
def prod(repository: Callable[..., Project]) -> Project:
    """It exists, in the shape that the real providers would have given it."""
    project = repository()
    project.init("prod")
    project.up("prod")
    export = json.loads(project.run("stack", "export", "--stack", "prod", "--show-secrets").out)
    (project.folder / STATE).write_text(json.dumps(as_real(export)))
    return project


def edit(project: Project, old: str, new: str) -> None:
    file = project.folder / "stacks" / "prod.yaml"
    text = file.read_text()
    assert old in text, f"stacks/prod.yaml has no {old!r} any more: change this test with it"
    file.write_text(text.replace(old, new))


def test_a_smaller_file_system_and_a_missing_block_are_explained(
    prod: Project, say_at_the_end: Callable[[str], None]
) -> None:
    first = next(
        line for line in (prod.folder / "stacks" / "prod.yaml").read_text().splitlines(True) if "60719" in line
    )
    edit(prod, first, "")
    edit(prod, "capacity_gib: 9600", "capacity_gib: 4800")
    words = [COMMAND, "rehearse", "prod", "--state", STATE]
    env, start = environment(prod.cli, Path(prod.folder)), time.monotonic()
    done = subprocess.run(words, cwd=prod.folder, env=env, capture_output=True, text=True, check=False)
    took = time.monotonic() - start
    start = time.monotonic()
    prod.run("up", "--yes", "--skip-preview", "--ignore-protect", "--stack", "prod")
    say_at_the_end(f"rehearse prod: {took:.1f} s, the same `pulumi up` alone {time.monotonic() - start:.1f} s")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert (
        lines[0] == "prod: up would stop: data-link-datasets and data-file-system are protected and would be replaced"
    )
    assert " ".join(line.strip() for line in lines[1:3]) == (
        "if nothing were protected, up would replace 2 (data would be lost), "
        "delete 4 (capacity would be given back), update 2, create 0"
    )
    assert (
        "    storageCapacity 9600 -> 4800 replaces it: the new value is lower, or deploymentType is SCRATCH_1\n"
    ) in done.stdout
    given_back = done.stdout.partition("capacity given back\n")[2].partition("\n\n")[0]
    nodes = {f"training-cr-0a1b2c3d4e5f60719-node-{i}" for i in range(4)}
    assert {name for name in nodes if name in given_back} == nodes
