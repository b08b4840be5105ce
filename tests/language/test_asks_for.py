"""What has to be set before the first `up` is found in the stack file."""

from __future__ import annotations

from pathlib import Path

from ultrastack.language.beginning.asks_for import asks_for

from .projects import write

FILES = {
    "stacks/base.yaml": "abstract: true\nsteps:\n  - {name: a, when: config('early') == 'yes'}\n",
    "stacks/part.yaml": 'steps:\n  - {name: b, x: "{{ secret(\\"token\\") }}"}\n',
    "stacks/dev.yaml": (
        "extends: base.yaml\n"
        "vars:\n"
        "  days: \"{{ config('days') | default(7) }}\"\n"
        "  team: \"{{ config('team') }} and {{ config('days') | default(3) }}\"\n"
        "  vpc: \"{{ stack_output('org/net/prod', 'vpc') }}\"\n"
        "steps:\n"
        "  - {name: part, include: part.yaml}\n"
    ),
}


def test_config_secrets_and_other_stacks_are_found_once_in_all_files(tmp_path: Path) -> None:
    found = asks_for(write(tmp_path, FILES), "stacks/dev.yaml")
    assert {(one.kind, one.key, one.needed, str(one.place)) for one in found} == {
        ("config", "early", True, "stacks/base.yaml:3:21"),
        ("config", "days", False, "stacks/dev.yaml:3:9"),
        ("config", "team", True, "stacks/dev.yaml:4:9"),
        ("stack_output", "org/net/prod", True, "stacks/dev.yaml:5:8"),
        ("secret", "token", True, "stacks/part.yaml:2:18"),
    }


def test_a_stack_that_is_named_by_a_variable_is_found(tmp_path: Path) -> None:
    text = "vars:\n  net: org/net/prod\n  vpc: \"{{ stack_output(net, 'vpc') }} {{ config(nowhere) }}\"\nsteps: []\n"
    (found,) = asks_for(write(tmp_path, {"stacks/dev.yaml": text}), "stacks/dev.yaml")
    assert (found.kind, found.key, str(found.place)) == ("stack_output", "org/net/prod", "stacks/dev.yaml:3:8")


def test_what_is_needed_anywhere_is_needed(tmp_path: Path) -> None:
    text = "vars:\n  a: \"{{ config('k') is defined }}\"\n  b: \"{{ config('k') }}\"\nsteps: []\n"
    (found,) = asks_for(write(tmp_path, {"stacks/dev.yaml": text}), "stacks/dev.yaml")
    assert (found.needed, str(found.place)) == (True, "stacks/dev.yaml:3:6")
