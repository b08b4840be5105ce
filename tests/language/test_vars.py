"""What `--set` says."""

from __future__ import annotations

from typing import Any

import pytest

from ultrastack.language.vars import parse_set


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
