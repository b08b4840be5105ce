"""Which pulumi is used, and what is said where there is none that can be? No real one is needed for this."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ultrastack.engine.real.cli import Cli, find_cli
from ultrastack.engine.real.other_stacks import checked, read_outputs
from ultrastack.engine.real.private import Private, Program, private_folder, secret_words
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.place import Refused


def pulumi(folder: Path, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "pulumi"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_the_users_own_pulumi_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = pulumi(tmp_path / "own", "echo v3.300.0")
    monkeypatch.setenv("PATH", str(own.parent))
    assert find_cli(tmp_path) == own
    assert Cli(own).version({}) == (3, 300, 0)


def test_without_one_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused) as refused:
        find_cli(tmp_path)
    assert str(refused.value) == (
        "pulumi  there is no pulumi CLI: this runs the real engine\n"
        "   fix: install it (https://www.pulumi.com/docs/install/) and put it on PATH"
    )
    (tmp_path / "tools" / "pulumi-cli").mkdir(parents=True)
    (tmp_path / "tools" / "pulumi-cli" / "build.sh").touch()
    with pytest.raises(Refused, match=r"on PATH, or build it with Go: tools/pulumi-cli/build\.sh$"):
        find_cli(tmp_path)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "echo v3.100.0",
            "pulumi v3.100.0 is too old: v3.259.0 is the oldest whose order of operations is tested here\n"
            "   fix: install v3.259.0 or newer: https://www.pulumi.com/docs/install/",
        ),
        (
            "echo hello",
            "`pulumi version` says 'hello', which is no version\n"
            "   fix: install pulumi again: https://www.pulumi.com/docs/install/",
        ),
    ],
)
def test_a_pulumi_that_cannot_be_used_is_refused(script: str, said: str, tmp_path: Path) -> None:
    file = pulumi(tmp_path, script)
    with pytest.raises(Refused) as refused:
        Cli(file).version({})
    assert str(refused.value) == f"{file}  {said}"


def test_the_private_folder_is_nobody_elses_and_goes_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(RuntimeError), private_folder() as folder:
        (folder / "a" / "b").mkdir(parents=True)
        assert folder.stat().st_mode & 0o777 == 0o700
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_told(tmp_path: Path) -> None:
    """Files may have 1,000 bytes here, which is how a process sees a full disk without one."""
    code = (
        "from ultrastack.engine.real.private import private_folder\n"
        "with private_folder() as folder:\n"
        "    (folder / 'state.json').write_text('x' * 10_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.endswith(
        f"Refused: {tmp_path}  File too large; this needs a private folder\n   fix: free space, or set TMPDIR\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_for_temporary_files_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setenv("TMPDIR", "/full")
    with pytest.raises(Refused) as refused, private_folder():
        pass
    assert str(refused.value) == (
        "/full  no folder for temporary files can be written; this needs a private folder\n"
        "   fix: free space, or set TMPDIR"
    )


PROJECT = """\
name: example
runtime: {name: python, options: {virtualenv: venv}}
stackConfigDir: stacks
plugins: {providers: [{name: aws, path: ../aws}]}
backend: {url: "s3://state"}
"""
CONFIG = """\
secretsprovider: awskms://alias/state
encryptedkey: AAAA
config:
  aws:region: us-east-2
  example:token: {secure: AAAA}
  example:db: {user: me, passwords: [{secure: BBBB}]}
"""


def test_the_copy_knows_the_users_program_and_config_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "hunter2")
    root, folder = tmp_path / "root", tmp_path / "private"
    (root / "stacks").mkdir(parents=True)
    folder.mkdir()
    (root / "Pulumi.yaml").write_text(PROJECT)
    (root / "stacks" / "Pulumi.prod.yaml").write_text(CONFIG)
    program = Program.read(root, "prod")
    private = Private(folder, Path("/opt/pulumi/pulumi"))
    private.fill(program)
    assert (folder / "project" / "Pulumi.yaml").read_text() == (
        f"name: example\nmain: {root}\nruntime:\n  name: python\n  options:\n    toolchain: pip\n"
        f"    virtualenv: {sys.prefix}\nstackConfigDir: ../config\n"
    )
    assert (folder / "config" / "Pulumi.prod.yaml").read_text() == (
        "config:\n  aws:region: us-east-2\n  example:token: secret\n"
        "  example:db:\n    user: me\n    passwords:\n    - secret\n"
    )
    assert secret_words(program) == [
        "--secret",
        "example:token=secret",
        "--secret",
        'example:db["passwords"][0]=secret',
    ]
    env = private.env()
    assert not [one for one in env.values() if "hunter2" in one]
    assert env["PATH"] == f"/opt/pulumi:{folder}/providers:/usr/bin:/bin"


def reads(*names: str) -> Graph:
    token = "pulumi:pulumi:StackReference"
    made = (Resource(f"urn:pulumi:prod::example::{token}::{n}", token, n, "read", inputs={"name": n}) for n in names)
    return Graph("example", "prod", resources=tuple(made))


def test_the_outputs_of_other_stacks_have_to_be_there() -> None:
    name = "organization/net/prod"
    checked(reads(name), {name: {}})
    with pytest.raises(Refused) as refused:
        checked(reads(name, "acme/data/prod"), {})
    assert str(refused.value) == (
        "stack 'acme/data/prod'  a rehearsal keeps its stacks in a folder, where the organization is 'organization'\n"
        "   fix: make the stack's name a variable, and `pulumi config set` it here\n"
        "stack 'organization/net/prod'  its outputs are asked for, and a rehearsal asks no other stack\n"
        "   fix: pulumi stack output --json --stack organization/net/prod > organization-net-prod.json; "
        "then --stack-outputs organization/net/prod=organization-net-prod.json"
    )
    with pytest.raises(Refused) as refused:
        checked(reads(name), {name: {}, "organization/net/dev": {}})
    assert str(refused.value) == (
        "--stack-outputs organization/net/dev  the program does not ask it: it asks organization/net/prod\n"
        "   fix: use 'organization/net/prod'"
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "prod=net.json",
            "--stack-outputs prod=net.json  this is not STACK=FILE\n"
            "   fix: organization/network/prod=network-prod.json",
        ),
        (
            "organization/net/prod=/nowhere/net.json",
            "/nowhere/net.json  cannot be read: No such file or directory\n"
            "   fix: pulumi stack output --json --stack organization/net/prod > /nowhere/net.json",
        ),
    ],
)
def test_outputs_that_cannot_be_read_are_refused(word: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_outputs([word])
    assert str(refused.value) == said
