"""A name of the wrong form is refused in words, and an editor knows the form."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from components.names import RuleName

NAME: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(RuleName)


@pytest.mark.parametrize("name", ["ssh", "login-nodes", "1", "a-1-b"])
def test_taken(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "SSH", "login_nodes", "-a", "a-", "a--b", "ssh\n", "é"])
def test_refused(name: str) -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        NAME.validate_python(name)
    (error,) = caught.value.errors()
    assert error["msg"] == (
        "Value error, a rule's name has lower-case letters, digits and single hyphens; fix: write it like login-nodes"
    )


def test_the_json_schema_keeps_the_pattern() -> None:
    assert NAME.json_schema() == {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
