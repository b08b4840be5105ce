"""A change as JSON holds what its published schema says, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.report import reviews
from ultrastack.report.review_json import render, schema

EACH = ["small", "several", "quiet", "hostile", "large"]


@pytest.mark.parametrize("name", EACH)
def test_it_is_as_the_schema_says(name: str) -> None:
    data = json.loads(render(getattr(reviews, name)()))
    jsonschema.Draft202012Validator(schema()).validate(data)
    json.dumps(data).encode()  # no lone surrogate


def test_the_schema_is_one_and_allows_nothing_else() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for path, one in objects(schema()):
        assert one.get("additionalProperties") is not None, path


def objects(one: Any, path: str = "") -> Any:
    if isinstance(one, dict):
        if one.get("type") == "object":
            yield path, one
        for key, inner in one.items():
            yield from objects(inner, f"{path}/{key}")
    elif isinstance(one, list):
        for i, inner in enumerate(one):
            yield from objects(inner, f"{path}/{i}")


def test_a_wrong_report_is_not_valid() -> None:
    data = json.loads(render(reviews.small()))
    stack = next(iter(data["stacks"].values()))
    stack["changes"][0]["kind"] = "renew"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(data)
