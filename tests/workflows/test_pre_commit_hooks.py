"""`.pre-commit-hooks.yaml`: what pre-commit reads there, and what it would run."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from ultrastack.cli.group import cli

from .files import ROOT

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
# https://pre-commit.com/#creating-new-hooks
KNOWN: dict[str, type] = {
    **dict.fromkeys(("id", "name", "entry", "language", "files", "exclude", "description"), str),
    **dict.fromkeys(("language_version", "minimum_pre_commit_version"), str),
    **dict.fromkeys(("types", "types_or", "exclude_types", "args", "stages"), list),
    **dict.fromkeys(("always_run", "fail_fast", "verbose", "pass_filenames", "require_serial"), bool),
}


def test_every_hook_says_what_pre_commit_knows() -> None:
    assert [hook["id"] for hook in HOOKS] == ["ultrastack-check", "ultrastack-diff"]
    for hook in HOOKS:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert all(isinstance(value, KNOWN[key]) for key, value in hook.items())


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_what_it_runs_is_a_command_of_ours(hook: dict[str, Any]) -> None:
    program, command, *options = hook["entry"].split()
    assert (program, hook["language"], hook["pass_filenames"]) == ("ultrastack", "python", False)
    said = CliRunner().invoke(cli, [command, "--help"])
    assert said.exit_code == 0
    assert [option for option in options if option.startswith("--") and option not in said.output] == []


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("stacks/prod.yaml", True),
        ("stacks/Pulumi.prod.yaml", True),
        ("stacks/common.yml", True),
        ("policies/levels.yaml", True),
        ("policies/cost/cap.py", True),
        ("components/aws/network.py", True),
        ("catalog.local/prices.csv", True),
        ("Pulumi.yaml", True),
        ("__main__.py", True),
        ("README.md", False),
        ("docs/stacks/prod.yaml", False),
        ("stacks/README.md", False),
    ],
)
def test_it_runs_where_something_changed_that_it_reads(file: str, matters: bool) -> None:
    assert all(bool(re.search(hook["files"], file)) is matters for hook in HOOKS)
