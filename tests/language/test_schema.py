"""Editors accept what the reader accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ultrastack.language.finder import find_components
from ultrastack.language.schema import stack_schema

ROOT = Path(__file__).parents[2]
SCHEMA = stack_schema(find_components(ROOT))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def loaded(text: str) -> Any:
    class Loader(yaml.SafeLoader):
        """Only true and false are booleans, and dates are texts, as in the language."""

    Loader.yaml_implicit_resolvers = {
        c: [(tag, pattern) for tag, pattern in found if not tag.endswith((":bool", ":timestamp"))]
        for c, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    import re

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    return yaml.load(text, Loader)


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


README = (ROOT / "stacks" / "README.md").read_text("utf-8").split("```yaml\n")[1:]


@pytest.mark.parametrize("text", [block.partition("```")[0] for block in README], ids=lambda t: t.split("\n")[0][2:])
def test_the_examples_are_accepted(text: str) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "step: []",
        "steps: {}",
        "aws: {region: us-east-2}",
        "steps: [{name: net, aws.network: {cidrs: 10.0.0.0/16}}]",
        "steps: [{name: net, aws.network: {availability_zone_ids: 5}}]",
        "steps: [{name: net, whn: true}]",
        "steps: [{name: Net}]",
        "steps: [{name: net, aws.network: {}, aws.storage_bucket: {}}]",
        "steps: [{name: net, options: {children: {vpc: {protected: true}}}}]",
    ],
)
def test_mistakes_are_marked(text: str) -> None:
    assert list(VALIDATOR.iter_errors(loaded(text)))


def test_an_expression_may_stand_for_anything_that_is_no_text() -> None:
    given = 'aws.network: {availability_zone_ids: "{{ zones }}", cidr: "{{ cidr }}"}'
    text = f'steps: [{{name: net, {given}, options: "{{{{ o }}}}"}}]'
    assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []
