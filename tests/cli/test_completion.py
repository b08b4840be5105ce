"""The shell completes commands, stacks, steps and words."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from ultrastack.cli.group import cli

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project")


def completed(*words: str) -> list[str]:
    *before, incomplete = words
    return [item.value for item in ShellComplete(cli, {}, "ultrastack", "X").get_completions(list(before), incomplete)]


def test_commands() -> None:
    assert completed("pl") == ["plan"]
    assert completed("") == [
        *["plan", "check", "diff", "explain", "list", "doc", "new", "up", "rehearse"],
        *["catalog", "schema", "urns", "completion"],
    ]


def test_stacks() -> None:
    assert completed("plan", "") == ["dev", "prod"]
    assert completed("urns", "p") == ["prod"]


def test_steps_also_of_extended_files() -> None:
    assert completed("urns", "dev", "") == ["net", "fabric"]
    assert completed("plan", "prod", "--step", "") == ["net", "fabric", "data"]


def test_words() -> None:
    assert completed("doc", "aws.net") == ["aws.network"]
    assert completed("doc", "loo") == ["loop"]


def test_nothing_when_a_file_cannot_be_read(project: Path) -> None:
    (project / "stacks" / "dev.yaml").write_text("extends: [\n")
    assert completed("urns", "dev", "") == []


def test_options_of_a_project_elsewhere(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert completed("plan", "") == []
    assert completed("plan", "-C", str(project), "") == ["dev", "prod"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(run: Command, shell: str) -> None:
    done = run("completion", shell)
    assert done.code == 0
    assert done.out.startswith("# ")
    assert "_ULTRASTACK_COMPLETE" in done.out


def test_every_command_is_listed() -> None:
    """A file with a `command` that COMMANDS forgets would never be found."""
    folder = Path(__file__).parents[2] / "ultrastack" / "cli"
    files = {f.stem for f in folder.glob("*.py") if "\ndef command(" in f.read_text()}
    with click.Context(cli) as ctx:
        assert files == set(cli.list_commands(ctx))
