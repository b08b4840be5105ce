"""tools/pulumi-cli/build.sh decides well and says so in one line, on machines with and without Go or a pulumi."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .real_cli import ROOT

TOOLS = "bash dirname basename awk cat sha256sum shasum uname cut chmod mv printf sort head".split()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A copy of the script with nothing built, and a PATH without Go and without a pulumi."""
    copy = tmp_path / "pulumi-cli"
    copy.mkdir()
    for name in ("build.sh", "go.mod", "go.sum", "language_host.py"):
        shutil.copy(ROOT / "tools" / "pulumi-cli" / name, copy)
    (tmp_path / "path").mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "path" / tool).symlink_to(found)
    return copy


def program(room: Path, name: str, prints: str) -> None:
    file = room.parent / "path" / name
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)


def build(room: Path, *words: str, **env: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(room / "build.sh"), *words, sys.executable],
        env={"PATH": str(room.parent / "path"), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


ABSENT = "pulumi-cli: no pulumi and no Go on PATH; install Go (https://go.dev/dl) or the Pulumi CLI"
OLD = "pulumi-cli: Go 1.26 or newer is needed to build the Pulumi CLI, this is 1.22.3"
SKIPPED = "; the engine tests will be skipped"


def test_without_go_the_engine_tests_are_skipped_in_one_line(room: Path) -> None:
    assert build(room, "--if-needed") == (0, f"{ABSENT}{SKIPPED}\n")


def test_in_ci_that_is_an_error(room: Path) -> None:
    assert build(room, "--if-needed", ULTRASTACK_REQUIRE_ENGINE="1") == (1, f"{ABSENT}\n")


def test_asked_for_by_itself_it_is_an_error_too(room: Path) -> None:
    assert build(room) == (1, f"{ABSENT}\n")


def test_an_old_go_is_named_with_the_version_that_is_needed(room: Path) -> None:
    program(room, "go", "go1.22.3")
    assert build(room, "--if-needed") == (0, f"{OLD}{SKIPPED}\n")
    assert build(room) == (1, f"{OLD}\n")


def test_a_pulumi_on_the_path_is_used(room: Path) -> None:
    program(room, "pulumi", "v3.260.0")
    assert build(room, "--if-needed") == (0, f"pulumi-cli: using {room.parent}/path/pulumi (v3.260.0)\n")


def test_without_the_projects_python_it_says_how_to_get_it(room: Path) -> None:
    done = subprocess.run([str(room / "build.sh"), "/nowhere/python"], capture_output=True, text=True, check=False)
    said = "pulumi-cli: no Python at /nowhere/python; run 'make cli', which sets it up first\n"
    assert (done.returncode, done.stderr) == (1, said)
