"""What `--set` says, and the line that makes it true for `pulumi up`."""

from __future__ import annotations

from typing import Any

import pytest

from ultrastack.language.vars import config_set_line, parse_set


@pytest.mark.parametrize(
    "text, path, value",
    [
        ("nodes=4", ("nodes",), 4),
        ("a.b=3", ("a", "b"), 3),
        ("name=no", ("name",), "no"),
        ("on=true", ("on",), True),
        ('id="0012"', ("id",), "0012"),
        ("zones=[a, b]", ("zones",), ["a", "b"]),
        ("fsx={capacity: 5}", ("fsx",), {"capacity": 5}),
        ("empty=", ("empty",), ""),
        ("gone=null", ("gone",), None),
        ("url=a=b", ("url",), "a=b"),
    ],
)
def test_set_is_read_as_the_file_would_read_it(text: str, path: tuple[str, ...], value: Any) -> None:
    assert parse_set(text) == (path, value)


@pytest.mark.parametrize(
    "text, line",
    [
        ("nodes=4", "pulumi config set --path ultrastack:vars.nodes 4"),
        ("a.b=true", "pulumi config set --path ultrastack:vars.a.b true"),
        ("name=two words", "pulumi config set --path ultrastack:vars.name 'two words'"),
        ('id="0012"', "pulumi config set --path --type string ultrastack:vars.id 0012"),
        ("share=0.5", "pulumi config set --path --type float ultrastack:vars.share 0.5"),
        ("n=-3", "pulumi config set --path ultrastack:vars.n -- -3"),
        (
            "zones=[a, b]",
            "pulumi config set-all --path --plaintext 'ultrastack:vars.zones[0]=a' "
            "--plaintext 'ultrastack:vars.zones[1]=b'",
        ),
        ("gone=null", "write it under `vars` in the stack file: Pulumi's config has no empty values (gone=null)"),
    ],
)
def test_the_line_that_makes_it_true(text: str, line: str) -> None:
    assert config_set_line(text) == line


def test_the_line_names_the_stack() -> None:
    assert config_set_line("n=1", "prod") == "pulumi config set --stack prod --path ultrastack:vars.n 1"
